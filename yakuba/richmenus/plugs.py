"""What richmenus plug into others."""
