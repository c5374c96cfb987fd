"""What residents plugs into others."""
