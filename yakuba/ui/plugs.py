"""What ui plugs into others."""
