"""tools: what `make` runs. Standard library only, because nothing is installed yet when they start."""
