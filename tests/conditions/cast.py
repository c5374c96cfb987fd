"""A small town to ask about: every kind of fact, in every way in which SQL can read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from psycopg.sql import SQL

from yakuba.conditions.distance import Place
from yakuba.conditions.facts import (
    Asking,
    Expression,
    Fact,
    Kind,
    Marked,
    Members,
    Point,
    Reading,
    Rows,
    Tokens,
)

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)  # noon in Japan
DISTRICTS = {"yumisho": "弓庄", "otosugi": "音杉", "shirahagi": "白萩", "nowhere": "どこでもない"}
DISTRICT_NUMBERS = {"yumisho": 1, "otosugi": 2, "shirahagi": 3}
INTERESTS = {"sport": "スポーツ", "music": "音楽", "garden": "園芸"}
INTEREST_NUMBERS = {"sport": 11, "music": 12, "garden": 13}
LANGUAGES = {"ja": "日本語", "en": "英語"}
LANGUAGE_NUMBERS = {"ja": 21, "en": 22}
HALL = Place(36.6985, 137.3622)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A row of the town; None is unanswered, and a fact read in two ways is read of one field."""

    nickname: str | None = None
    district: str | None = None
    interests: frozenset[str] | None = None
    hobbies: frozenset[str] | None = None
    language: str | None = None
    has_car: bool | None = None
    children: int | None = None
    ratio: Decimal | None = None
    paid_yen: int | None = None
    born_on: date | None = None
    opens_at: time | None = None
    seen_at: datetime | None = None
    home: Place | None = None
    photo: str | None = None


def column(name: str) -> Callable[[Asking], Reading]:
    return lambda asking: Expression(asking.column(name))


def make_fact(
    key: str,
    kind: Kind,
    value: Callable[[Person], object],
    *,
    label: str = "",
    choices: dict[str, str] | None = None,
    sql: Callable[[Asking], Reading] | None = None,
    unit: str = "",
    whose: str = "",
) -> Fact[Person]:
    return Fact(
        key=key,
        label=label or key,
        kind=kind,
        value=value,
        choices=choices or {},
        sql=sql,
        unit=unit,
        whose=whose,
    )


def narrow(
    question: str, value: str, numbers: dict[str, int] | None = None
) -> Callable[[Asking], Reading]:
    """Read a fact of the narrow table `conditions_answer`, from one of its columns."""

    def reading(asking: Asking) -> Reading:
        return Rows(
            subject=asking.column("id"),
            source=SQL("conditions_answer a"),
            key=SQL("a.person_id"),
            value=SQL("a.number")
            if value == "number"
            else SQL("a.day")
            if value == "day"
            else SQL("a.choice"),
            where=SQL("a.question = {}::text").format(asking.bind(question)),
            numbers=numbers,
        )

    return reading


FACTS: dict[str, Fact[Person]] = {
    fact.key: fact
    for fact in (
        make_fact(
            "nickname", Kind.TEXT, lambda p: p.nickname, label="呼び名", sql=column("nickname")
        ),
        make_fact(
            "district",
            Kind.CHOICE,
            lambda p: p.district,
            label="地区",
            choices=DISTRICTS,
            sql=lambda asking: Expression(asking.column("district"), numbers=DISTRICT_NUMBERS),
        ),
        make_fact(
            "answer.district",
            Kind.CHOICE,
            lambda p: p.district,
            choices=DISTRICTS,
            sql=narrow("district", "choice", DISTRICT_NUMBERS),
        ),
        make_fact(
            "interests",
            Kind.CHOICES,
            lambda p: p.interests,
            label="関心",
            choices=INTERESTS,
            sql=column("interests"),
        ),
        make_fact(
            "answer.interests",
            Kind.CHOICES,
            lambda p: p.interests,
            choices=INTERESTS,
            sql=narrow("interests", "choice", INTEREST_NUMBERS),
        ),
        make_fact(
            "hobbies",
            Kind.CHOICES,
            lambda p: p.hobbies,
            choices=INTERESTS,
            sql=lambda asking: Tokens(
                asking.column("tags"),
                INTEREST_NUMBERS,
                SQL("{} @> '{{10}}'::int[]").format(asking.column("tags")),
            ),
        ),
        make_fact(
            "language",
            Kind.CHOICE,
            lambda p: p.language,
            choices=LANGUAGES,
            sql=lambda asking: Tokens(
                asking.column("tags"),
                LANGUAGE_NUMBERS,
                SQL("{} && '{{21,22}}'::int[]").format(asking.column("tags")),
            ),
        ),
        make_fact(
            "has_car", Kind.BOOLEAN, lambda p: p.has_car, label="車がある", sql=column("has_car")
        ),
        make_fact(
            "children",
            Kind.INTEGER,
            lambda p: p.children,
            label="お子さんの数",
            unit="人",
            sql=column("children"),
        ),
        make_fact(
            "answer.children", Kind.INTEGER, lambda p: p.children, sql=narrow("children", "number")
        ),
        make_fact("ratio", Kind.NUMBER, lambda p: p.ratio, label="割合", sql=column("ratio")),
        make_fact("paid", Kind.MONEY, lambda p: p.paid_yen, label="料金", sql=column("paid_yen")),
        make_fact(
            "born_on", Kind.DATE, lambda p: p.born_on, label="生年月日", sql=column("born_on")
        ),
        make_fact("answer.born_on", Kind.DATE, lambda p: p.born_on, sql=narrow("born_on", "day")),
        make_fact(
            "opens_at", Kind.TIME, lambda p: p.opens_at, label="開く時刻", sql=column("opens_at")
        ),
        make_fact(
            "seen_at", Kind.INSTANT, lambda p: p.seen_at, label="最後の利用", sql=column("seen_at")
        ),
        make_fact(
            "home",
            Kind.PLACE,
            lambda p: p.home,
            label="自宅",
            sql=lambda asking: Expression(
                Point(asking.column("latitude"), asking.column("longitude"))
            ),
        ),
        make_fact("photo", Kind.OTHER, lambda p: p.photo, label="写真", sql=column("photo")),
        make_fact(
            "told_children",
            Kind.BOOLEAN,
            lambda p: p.children is not None,
            label="お子さんの数を答えた",
            sql=lambda asking: Members(
                asking.column("id"),
                SQL(
                    "SELECT person_id FROM conditions_answer"
                    " WHERE question = 'children' AND number + person_id IS NOT NULL"
                ),
            ),
        ),
        *(
            make_fact(
                f"marked.{interest}",
                Kind.BOOLEAN,
                lambda p, interest=interest: interest in (p.interests or ()),  # type: ignore[misc]
                label=f"{interest}の印がある",
                sql=lambda asking, number=number: Marked(  # type: ignore[misc]
                    asking.column("id"),
                    SQL("(SELECT * FROM conditions_answer WHERE person_id IS NOT NULL) m"),
                    SQL("m.person_id"),
                    SQL("m.choice"),
                    number,
                ),
            )
            for interest, number in INTEREST_NUMBERS.items()
        ),
        make_fact("run.answer", Kind.TEXT, lambda p: p.nickname, label="途中の答え"),
    )
}
