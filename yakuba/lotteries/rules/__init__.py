"""How slots are drawn for, in files that are published as they are."""
