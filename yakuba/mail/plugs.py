"""What mail plugs into others."""
