"""The draw itself: fair, the same every time, and never more than the rules allow."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings

from tests.lotteries import worlds
from tests.lotteries.worlds import crowd, entry
from yakuba.lotteries.rules.method_1 import (
    Entry,
    Outcome,
    Rules,
    Slot,
    draw,
    in_order,
    number,
    seed,
)

ROOT = seed("5e" * 32, "the list", "the dice")
ONE_EACH = Rules("rounds", 1)
SLOTS = {slot.id: slot for slot in worlds.slots()}


def _drawn(entries: Sequence[Entry], rules: Rules = ONE_EACH, root: bytes = ROOT) -> Outcome:
    return draw(worlds.slots(), entries, rules, root)


def _winners(outcome: Outcome) -> list[str]:
    return [won.entry for won in outcome.won]


def test_nobody_and_one_are_drawn_without_surprise() -> None:
    assert _drawn([]).won == []

    alone = _drawn([entry("A-1", "hall-05-0")])

    assert _winners(alone) == ["A-1"]
    assert alone.lost == {"A-1": [""]}


def test_the_lowest_number_wins_and_the_others_are_told_why() -> None:
    rivals = [entry(f"A-{place}", "hall-05-0") for place in range(5)]

    outcome = _drawn(rivals)

    first = min(rivals, key=lambda one: number(ROOT, one))
    assert _winners(outcome) == [first.id]
    assert Counter(why for [why] in outcome.lost.values()) == {"": 1, "taken": 4}


def test_the_whole_hall_and_its_half_are_never_given_at_once() -> None:
    outcome = _drawn([entry("A-1", "hall-05-0"), entry("A-2", "left-05-0")])

    assert len(outcome.won) == 1


def test_three_courts_go_to_three_and_putting_away_takes_time() -> None:
    morning = [entry(f"A-{place}", "court-05-0") for place in range(4)]
    noon = entry("B-1", "court-05-2")  # 12:00, when the courts of the morning are still being swept

    outcome = _drawn([*morning, noon])

    assert (
        len([won for won in outcome.won if won.entry.startswith("A")])
        + len([won for won in outcome.won if won.entry == "B-1"])
        == 3
    )


def test_an_alternative_of_two_slots_is_given_whole_or_not() -> None:
    outcome = _drawn(
        [
            entry("A-1", "hall-05-0", tier=0),
            entry("A-2", "left-05-0+court-05-0", tier=1),
        ]
    )

    assert _winners(outcome) == ["A-1"]
    assert outcome.lost["A-2"] == ["taken"]


def test_the_second_choice_is_looked_at_only_when_the_first_is_gone() -> None:
    rivals = [entry("A-1", "hall-05-0|hall-05-1"), entry("A-2", "hall-05-0|hall-05-1")]

    outcome = _drawn(rivals)

    assert sorted(won.alternative for won in outcome.won) == [0, 1]


def test_everybody_has_one_before_anybody_has_two() -> None:
    greedy = entry("A-1", "court-05-0", "court-05-1", "court-06-0")
    others = [entry(f"B-{place}", "court-05-0", "court-05-1") for place in range(5)]

    outcome = _drawn([greedy, *others], Rules("rounds", 3))

    wins = Counter(_winners(outcome))
    assert all(wins[other.id] == 1 for other in others)


def test_two_entries_of_one_group_share_its_limit_and_its_time() -> None:
    same = [
        entry("A-1", "court-05-0", group="club"),
        entry("A-2", "court-05-0", group="club"),
        entry("A-3", "court-06-0", group="club"),
    ]

    both = _drawn(same, Rules("rounds", 3))
    single = _drawn(same, ONE_EACH)

    assert Counter(why for [why] in both.lost.values()) == {"": 2, "same_time": 1}
    assert Counter(why for [why] in single.lost.values()) == {"": 1, "limit": 2}


def test_a_lower_tier_comes_only_when_the_higher_has_what_it_wants() -> None:
    schools = [entry(f"S-{place}", "court-05-0") for place in range(2)]
    clubs = [entry(f"C-{place}", "court-05-0", tier=1) for place in range(20)]

    outcome = _drawn([*clubs, *schools])

    assert {"S-0", "S-1"} <= set(_winners(outcome))
    assert len(outcome.won) == 3


def test_what_the_town_takes_away_after_the_deadline_is_given_to_nobody() -> None:
    outcome = draw(
        worlds.slots(), [entry("A-1", "hall-05-0|hall-05-1")], ONE_EACH, ROOT, ["hall-05-0"]
    )

    assert [won.alternative for won in outcome.won] == [1]


@given(worlds.entries(), worlds.rules)
@settings(max_examples=150, deadline=None)
def test_no_unit_is_given_twice_and_no_group_has_too_much(
    entries: list[Entry], rules: Rules
) -> None:
    outcome = _drawn(entries, rules)

    groups = {one.id: one.group for one in entries}
    taken = [
        (unit, SLOTS[slot]) for won in outcome.won for slot, units in won.units for unit in units
    ]
    for (unit, one), (other_unit, other) in combinations(taken, 2):
        assert unit != other_unit or not _touch(one, other)
    assert all(
        wins <= rules.most_wins
        for wins in Counter(groups[won.entry] for won in outcome.won).values()
    )
    mine = [(groups[won.entry], SLOTS[slot]) for won in outcome.won for slot, _ in won.units]
    for (group, one), (other_group, other) in combinations(mine, 2):
        same_alternative = any(
            {one.id, other.id} <= {slot for slot, _ in won.units} for won in outcome.won
        )
        if group == other_group and not same_alternative:
            assert one.ends <= other.starts or other.ends <= one.starts


def _touch(one: Slot, other: Slot) -> bool:
    return one.starts < other.busy_until and other.starts < one.busy_until


@given(worlds.entries(), worlds.rules)
@settings(max_examples=80, deadline=None)
def test_nothing_that_somebody_wants_and_may_have_stays_free(
    entries: list[Entry], rules: Rules
) -> None:
    outcome = _drawn(entries, rules)

    assert all(
        len(whys) == len(one.wishes)
        and all(why in ("", "taken", "limit", "same_time") for why in whys)
        for one, whys in ((one, outcome.lost[one.id]) for one in entries)
    )
    assert sum(whys.count("") for whys in outcome.lost.values()) == len(outcome.won)


@given(worlds.entries(), worlds.rules)
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_entries_lie_changes_nothing(entries: list[Entry], rules: Rules) -> None:
    shuffled = random.Random(7).sample(entries, len(entries))

    assert _drawn(shuffled, rules) == _drawn(entries, rules)


@pytest.mark.parametrize("way", ["rounds", "per_slot"])
def test_rivals_win_equally_often(way: str) -> None:
    rivals = [entry(f"A-{place}", "hall-05-0") for place in range(5)]

    wins = Counter(
        _winners(_drawn(rivals, Rules(way, 1), seed("5e" * 32, "the list", str(times))))[0]
        for times in range(5000)
    )

    expected = 1000
    chi_square = sum((wins[one.id] - expected) ** 2 / expected for one in rivals)
    assert chi_square < 18.5  # four degrees of freedom; beyond it with one fair draw in a thousand


def test_who_has_two_tickets_wins_twice_as_often() -> None:
    rivals = [entry("A-1", "hall-05-0", weight=2), entry("A-2", "hall-05-0")]

    wins = Counter(
        _winners(_drawn(rivals, root=seed("5e" * 32, "the list", str(times))))[0]
        for times in range(3000)
    )

    assert 1900 < wins["A-1"] < 2100  # 2000, four deviations of 26 either way


@pytest.mark.parametrize("most_wins", [1, 2, 3])
def test_a_group_that_hands_in_its_wishes_one_by_one_gains_nothing(most_wins: int) -> None:
    whole = crowd(40)
    split = [
        entry(f"{one.id}-{place}", wish[0][0], group=one.group)
        for one in whole
        for place, wish in enumerate(one.wishes)
    ]
    rules = Rules("rounds", most_wins)

    def got(outcome: Outcome) -> set[tuple[str, str]]:
        return {(won.entry[:7], slot) for won in outcome.won for slot, _ in won.units}

    assert got(_drawn(split, rules)) == got(_drawn(whole, rules))


def test_those_who_come_next_keep_their_numbers_and_who_has_won_waits() -> None:
    entries = crowd(30)
    outcome = _drawn(entries)
    wins = Counter(one.group for one in entries if one.id in set(_winners(outcome)))

    order = in_order(entries, ROOT, wins)

    assert [wins[one.group] for one in order] == sorted(wins[one.group] for one in order)
    losers = [one for one in order if not wins[one.group]]
    assert losers == sorted(losers, key=lambda one: number(ROOT, one))


def test_slot_by_slot_each_slot_has_numbers_of_its_own() -> None:
    rivals = [entry(f"A-{place}", "hall-05-0", "hall-06-0") for place in range(8)]

    outcomes = [
        _drawn(rivals, Rules("per_slot", 2), seed("5e" * 32, "the list", str(times)))
        for times in range(40)
    ]

    both = sum(len(set(_winners(outcome))) == 1 for outcome in outcomes)
    assert 0 < both < 20  # one in eight has both
