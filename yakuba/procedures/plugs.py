"""What procedures plugs into others."""
