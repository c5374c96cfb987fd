"""What reports plugs into others."""
