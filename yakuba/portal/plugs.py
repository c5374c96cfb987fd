"""What portal plugs into others."""
