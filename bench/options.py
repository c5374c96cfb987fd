"""How long and how often to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    rounds: int = 5  # pairs; the median of five is the least that is believed
    seconds: float = 4.0  # of each phase
