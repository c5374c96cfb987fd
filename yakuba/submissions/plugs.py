"""What submissions plugs into others."""
