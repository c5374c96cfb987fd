"""What line plugs into others."""
