"""What console plugs into others."""
