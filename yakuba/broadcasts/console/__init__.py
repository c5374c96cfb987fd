"""Deliveries as staff see them: compose, confirm, agree, watch, stop, decide, and what became of them."""

from yakuba.broadcasts.console import (
    composing,
    confirming,
    overview,
    results,
    trying,
    watching,
    writing,
)

__all__ = ["composing", "confirming", "overview", "results", "trying", "watching", "writing"]
