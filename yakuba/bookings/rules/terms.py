"""What an offer asks of whoever books it, as the clerk set it; stored in `Offer.rules`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 400)]
Yen = Annotated[int, Field(ge=0, le=9_999_999)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Horizon(_Part):
    """How far ahead may be booked: so many days; or months, from a day of the month and a minute of that day on."""

    by: Literal["days", "months"] = "days"
    amount: Annotated[int, Field(ge=1, le=400)] = 90
    day: Annotated[int, Field(ge=1, le=28)] = 1
    minute: Annotated[int, Field(ge=0, lt=24 * 60)] = 9 * 60


class Category(_Part):
    """Who pays what part of the price: 町民 100, 町外 150, 減免 50."""

    key: str
    label: str
    percent: Annotated[int, Field(ge=0, le=1000)] = 100


class Equipment(_Part):
    key: str
    label: str
    yen: Yen = 0
    per: Literal["use", "hour"] = "use"
    most: Annotated[int, Field(ge=1, le=99)] = 1


class Price(_Part):
    """What it costs: by the hour, or by the use (a period, a seat)."""

    yen: Yen = 0
    per: Literal["hour", "use"] = "hour"
    categories: tuple[Category, ...] = ()
    equipment: tuple[Equipment, ...] = ()


class CancelStep(_Part):
    """Given up less than so many hours before the start, so much of the price is kept."""

    hours: Annotated[int, Field(ge=0, le=24 * 90)]
    percent: Annotated[int, Field(ge=0, le=100)]


class Terms(_Part):
    step_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 30
    shortest_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    longest_minutes: Annotated[int, Field(ge=5, le=36 * 60)] = 240
    most_periods: Annotated[int, Field(ge=1, le=9)] = 3  # joined ones, where the day has periods
    notice_minutes: Minutes = 0  # how long before the start it must be booked
    horizon: Horizon = Horizon()
    pay: Literal["now", "later", "counter"] = "now"  # when there is something to pay
    due_days: Annotated[int, Field(ge=0, le=120)] = 7  # later
    hold_minutes: Annotated[int, Field(ge=3, le=60 * 24 * 14)] = 10  # to pay
    grace_minutes: Annotated[int, Field(ge=0, le=60)] = 10  # to undo a slip without a fee
    change_until_hours: Annotated[int, Field(ge=0, le=24 * 90)] = (
        0  # before the start, by the resident
    )
    price: Price = Price()
    cancel: tuple[CancelStep, ...] = ()
    most_seats: Annotated[int, Field(ge=1, le=99)] = 4  # in one booking of a session
