"""Lock makers that come with the house, one per file."""
