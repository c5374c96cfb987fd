"""What broadcasts plugs into others."""
