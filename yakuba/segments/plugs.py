"""What segments plugs into others."""
