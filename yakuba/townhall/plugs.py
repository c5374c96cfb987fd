"""What townhall plugs into others."""
