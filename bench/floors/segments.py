"""The twenty fixed rules of `bench.segments`: as a clerk builds them, and as somebody who knows SQL writes them."""

from dataclasses import dataclass

_BORN = "p.born_on <= date '{}'"


@dataclass(frozen=True, slots=True)
class Rule:
    """`where` is over the row `p` of residents; today is 20 November 2026."""

    words: str
    condition: object
    where: str


def rules(known: dict[str, object]) -> list[Rule]:
    hex_, survey = known["hex"], known["survey"]
    districts, topics = known["districts"], known["topics"]
    assert isinstance(districts, list)
    assert isinstance(topics, list)

    def answer(question: str, operator: str, value: object) -> dict[str, object]:
        return {"fact": f"answer.{hex_}.{question}", "operator": operator, "value": value}

    def state(operator: str, value: object) -> dict[str, object]:
        return {"fact": f"procedure.{hex_}.state", "operator": operator, "value": value}

    def tapped(kind: int) -> dict[str, object]:
        return {"fact": f"bench.delivery:{kind}", "operator": "is", "value": True}

    def happening(kind: int, more: str = "") -> str:
        number = int(str(known["first_kind"])) + kind - 1
        return f"p.id IN (SELECT resident_id FROM segments_happeninglast WHERE kind_id = {number}{more})"

    def answered(question: str, more: str) -> str:
        return (
            "p.id IN (SELECT resident_id FROM submissions_clearanswer"
            f" WHERE procedure_id = {survey} AND question = '{question}' AND is_latest AND {more})"
        )

    def run(status: str) -> str:
        return (
            f"p.id IN (SELECT resident_id FROM procedures_run WHERE procedure_id = {survey}"
            f" AND status IN ({status}) AND version_id IS NOT NULL AND resident_id IS NOT NULL)"
        )

    def lives(*keys: str) -> dict[str, object]:
        return {"fact": "resident.district", "operator": "one_of", "value": list(keys)}

    def likes(key: str) -> dict[str, object]:
        return {"fact": "resident.interests", "operator": "contains", "value": key}

    def aged(operator: str, years: int) -> dict[str, object]:
        return {"fact": "resident.born_on", "operator": operator, "value": years}

    old, young, adult = aged("age_at_least", 65), aged("age_at_most", 39), aged("age_at_least", 20)
    small = {"fact": "resident.youngest_child_born_on", "operator": "age_at_most", "value": 2}
    english = {"fact": "resident.language", "operator": "is", "value": "en"}
    near = {
        "fact": "resident.place", "operator": "within_metres", "value": 3000,
        "of": {"latitude": 36.698, "longitude": 137.362},
    }  # fmt: skip
    children = (
        "(SELECT resident_id FROM residents_familymember WHERE relation = 'child'"
        " GROUP BY resident_id HAVING max(born_on) > date '2023-11-21')"
    )
    haversine = (
        "p.latitude BETWEEN 36.671 AND 36.725 AND p.longitude BETWEEN 137.328 AND 137.396 AND"
        " 2 * 6371008.8 * asin(sqrt(sin(radians(p.latitude - 36.698) / 2) ^ 2 + cos(radians(36.698))"
        " * cos(radians(p.latitude)) * sin(radians(p.longitude - 137.362) / 2) ^ 2)) <= 3000"
    )
    is_old, is_adult = _BORN.format("1961-11-21"), _BORN.format("2006-11-21")
    is_young = "p.born_on > date '1986-11-21' AND p.born_on <= date '2026-11-20'"
    three = f"p.tags && '{{{districts[0]},{districts[1]},{districts[2]}}}'"
    finished = {
        "fact": f"procedure.{hex_}.finished_at", "operator": "days_since_at_most", "value": 30,
    }  # fmt: skip
    last_tap = {"fact": "bench.delivery:15:last_at", "operator": "days_since_at_most", "value": 30}
    since = "timestamptz '2026-10-21 00:00+09'"
    return [
        Rule("one district", lives("machibu"), f"p.tags && '{{{districts[0]}}}'"),
        Rule("65 or older", old, is_old),
        Rule(
            "20 to 39 in three districts",
            {"all_of": [adult, young, lives("machibu", "otosugi", "yunosho")]},
            f"{is_adult} AND {is_young} AND {three}",
        ),
        Rule("wants one topic (half)", likes("disaster"), f"p.tags && '{{{topics[0]}}}'"),
        Rule(
            "three districts and a rare topic",
            {"all_of": [lives("machibu", "otosugi", "yunosho"), likes("health")]},
            f"{three} AND p.tags && '{{{topics[3]}}}'",
        ),
        Rule(
            "a child under three, or wants childcare",
            {"any_of": [small, likes("childcare")]},
            f"(p.id IN {children} OR p.tags && '{{{topics[2]}}}')",
        ),
        Rule(
            "neither in one district nor English",
            {"none_of": [lives("machibu"), english]},
            f"NOT (p.tags && '{{{districts[0]}}}') AND p.language <> 'en'"
            f" AND p.tags && '{{{','.join(str(one) for one in districts)}}}'",
        ),
        Rule("within 3 km", near, haversine),
        Rule("answered a (half)", answer("q1", "is", "a"), answered("q1", "choice = 'a'")),
        Rule(
            "answered c, in one district",
            {"all_of": [answer("q1", "is", "c"), lives("machibu")]},
            f"{answered('q1', chr(39).join(('choice = ', 'c', '')))} AND p.tags && '{{{districts[0]}}}'",
        ),
        Rule(
            "a or b to one question, not c to another",
            {
                "all_of": [
                    answer("q2", "one_of", ["a", "b"]),
                    {"none_of": [answer("q3", "is", "c")]},
                ]
            },
            f"{answered('q2', 'choice IN (' + repr('a') + ', ' + repr('b') + ')')}"
            f" AND {answered('q3', 'choice <> ' + repr('c'))}",
        ),
        Rule("gave 4 stars or more", answer("q4", "at_least", 4), answered("q4", "number >= 4")),
        Rule(
            "never began the survey",
            state("is", "never"),
            f"NOT {run(repr('done') + ', ' + repr('active') + ', ' + repr('stopped') + ', ' + repr('expired'))}",
        ),
        Rule(
            "stopped on the way, 65 or older",
            {"all_of": [state("one_of", ["active", "left"]), old]},
            f"{run(', '.join(map(repr, ('active', 'stopped', 'expired'))))} AND NOT {run(repr('done'))}"
            f" AND {is_old}",
        ),
        Rule(
            "finished within 30 days",
            finished,
            f"p.id IN (SELECT resident_id FROM procedures_run WHERE procedure_id = {survey}"
            f" AND status = 'done' AND version_id IS NOT NULL AND resident_id IS NOT NULL"
            f" AND finished_at >= {since})",
        ),
        Rule("tapped a message that many tapped", tapped(20), happening(20)),
        Rule(
            "tapped a message that few tapped, 65 or older",
            {"all_of": [tapped(1), old]},
            f"{happening(1)} AND {is_old}",
        ),
        Rule(
            "tapped three times or more",
            {"fact": "bench.delivery:20:times", "operator": "at_least", "value": 3},
            happening(20, " AND times >= 3"),
        ),
        Rule(
            "tapped within 30 days, and not another",
            {"all_of": [last_tap, {"none_of": [tapped(16)]}]},
            f"{happening(15, f' AND last_at >= {since}')} AND NOT {happening(16)}",
        ),
        Rule(
            "65 or older, tapped any of ten, did not answer c",
            {
                "all_of": [
                    old,
                    {"any_of": [tapped(kind) for kind in range(11, 21)]},
                    {"none_of": [answer("q1", "is", "c")]},
                ]
            },
            f"{is_old} AND p.id IN (SELECT resident_id FROM segments_happeninglast WHERE kind_id BETWEEN"
            f" {int(str(known['first_kind'])) + 10} AND {int(str(known['first_kind'])) + 19})"
            f" AND {answered('q1', 'choice <> ' + repr('c'))}",
        ),
    ]
