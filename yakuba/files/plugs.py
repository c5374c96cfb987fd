"""What files plugs into others."""
