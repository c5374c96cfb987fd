"""The linter's parts; `rules.lint` puts them together."""
