"""Towns to draw in: courts, halls with halves, and groups that wish."""

import random

from hypothesis import strategies as st

from yakuba.lotteries.rules.method_1 import Entry, Rules, Slot

DAYS = ("2027-06-05", "2027-06-06")
HOURS = (("09:00", "12:00", "12:15"), ("13:00", "17:00", "17:15"), ("12:00", "14:00", "14:15"))


def slots() -> list[Slot]:
    """Return a hall, its halves, and three courts of which one is enough, on two days."""
    return [
        Slot(
            f"{name}-{day[-2:]}-{place}",
            units,
            takes_all,
            f"{day}T{starts}",
            f"{day}T{ends}",
            f"{day}T{busy}",
        )
        for day in DAYS
        for place, (starts, ends, busy) in enumerate(HOURS)
        for name, units, takes_all in (
            ("hall", ("half-a", "half-b"), True),
            ("left", ("half-a",), True),
            ("court", ("court-1", "court-2", "court-3"), False),
        )
    ]


NAMES = tuple(slot.id for slot in slots())


def entry(name: str, *wishes: str, group: str = "", tier: int = 0, weight: int = 1) -> Entry:
    """Make an entry; a wish is `a` or `a|b` (b when a is gone) or `a+b` (both or none)."""
    return Entry(
        name,
        group or f"g-{name}",
        tier,
        weight,
        tuple(tuple(tuple(one.split("+")) for one in wish.split("|")) for wish in wishes),
    )


def crowd(count: int, *, seed: int = 1, tiers: int = 1, weights: int = 1) -> list[Entry]:
    """Make `count` groups with three wishes each; the same every time."""
    drawn = random.Random(seed)
    return [
        entry(
            f"A-{place:05d}",
            *drawn.sample(NAMES, 3),
            tier=drawn.randrange(tiers),
            weight=1 + drawn.randrange(weights),
        )
        for place in range(count)
    ]


wishes = st.lists(
    st.lists(
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple),
        min_size=1,
        max_size=2,
    ).map(tuple),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    count = draw(st.integers(0, 12))
    return [
        Entry(
            f"A-{place}",
            f"g-{draw(st.integers(0, 6))}",
            draw(st.integers(0, 1)),
            draw(st.integers(1, 3)),
            draw(wishes),
        )
        for place in range(count)
    ]


rules = st.builds(Rules, way=st.sampled_from(["rounds", "per_slot"]), most_wins=st.integers(1, 3))
