"""Deliveries as staff see them: compose, confirm, agree, watch, stop, decide."""

from yakuba.broadcasts.console import composing, confirming, overview, trying, watching, writing

__all__ = ["composing", "confirming", "overview", "trying", "watching", "writing"]
