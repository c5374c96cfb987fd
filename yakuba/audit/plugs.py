"""What audit plugs into others."""
