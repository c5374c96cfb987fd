"""Who is in a group, how many they are, and why: `selecting`, `counting`, `looking`, `explaining`."""

from yakuba.segments.queries.counting import PATIENCE_MS, Count, coarse, count, estimate
from yakuba.segments.queries.explaining import reasons
from yakuba.segments.queries.looking import (
    LONGEST_MS,
    Beyond,
    Change,
    Step,
    beyond_reach,
    changes,
    funnel,
)
from yakuba.segments.queries.selecting import (
    FLOOR,
    check,
    departments_of_makers,
    everybody,
    examples,
    is_delicate,
    is_veiled,
    residents_in,
    residents_meant,
    segments_about,
    selection,
    sentences,
)

__all__ = [
    "FLOOR",
    "LONGEST_MS",
    "PATIENCE_MS",
    "Beyond",
    "Change",
    "Count",
    "Step",
    "beyond_reach",
    "changes",
    "check",
    "coarse",
    "count",
    "departments_of_makers",
    "estimate",
    "everybody",
    "examples",
    "funnel",
    "is_delicate",
    "is_veiled",
    "reasons",
    "residents_in",
    "residents_meant",
    "segments_about",
    "selection",
    "sentences",
]
