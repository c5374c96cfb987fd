"""Deliveries as staff see them: write, confirm, agree, watch, stop; series, calendar, disasters, the fuse, results."""

from yakuba.broadcasts.console import (
    composing,
    confirming,
    disaster,
    overview,
    results,
    safeguards,
    schedule,
    series,
    trying,
    watching,
    writing,
)

__all__ = [
    "composing",
    "confirming",
    "disaster",
    "overview",
    "results",
    "safeguards",
    "schedule",
    "series",
    "trying",
    "watching",
    "writing",
]
