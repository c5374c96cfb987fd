"""The walk's parts; `rules.walk` puts them together."""
