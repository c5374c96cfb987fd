"""The shapes of a procedure: sections of questions, and what holds for all of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from yakuba.conditions.tree import Condition
from yakuba.procedures.definition.texts import LANGUAGES, Text, Words

SCHEMA = 1
MOST_SECTIONS = 60
MOST_QUESTIONS = 300
MOST_NEXT = 5

# Unlimited digits in an id would make two different texts look like one; so ASCII letters only.
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
# Looser, because the choices of attributes are: 30s, 20-24, 1.
ChoiceId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
AttributeKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_][a-z0-9_-]{0,39}$")]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,40}$")]
Yen: TypeAlias = Annotated[StrictInt, Field(ge=1, le=9_999_999)]
Days: TypeAlias = Annotated[StrictInt, Field(ge=1, le=36_600)]


def _offered(language: str) -> str:
    if language not in LANGUAGES[1:]:
        raise PydanticCustomError(
            "no_such_language",
            "「{language}」は使えません。ja-easy か en を指定してください。",
            {"language": language},
        )
    return language


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Opening(Part):
    """When it can be done. Whoever has begun before the end may hand in `grace_minutes` later."""

    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    grace_minutes: Annotated[StrictInt, Field(ge=0, le=1440)] = 30
    closed_message: Text | None = None  # said before it opens and after it closed
    on_closed_days: Literal["accept", "announce", "refuse"] = "accept"
    closed_day_message: Text | None = None

    def closes_finally_at(self) -> datetime | None:
        """Return the moment after which nothing is taken any more."""
        if self.closes_at is None:
            return None
        return self.closes_at + timedelta(minutes=self.grace_minutes)


class Correction(Part):
    """Until when somebody may correct what they handed in: never, if this is not there."""

    until: AwareDatetime | None = None
    days: Days | None = None  # after handing in
    while_status: tuple[Id, ...] = ("new",)


class Retention(Part):
    """How long what was handed in is kept; one of the two."""

    days: Days | None = None
    months: Annotated[StrictInt, Field(ge=1, le=1200)] | None = None


class Contact(Part):
    """Whom to ask. What is empty is taken from the department."""

    name: Text | None = None
    telephone: Annotated[str, StringConstraints(max_length=30)] = ""
    hours: Text | None = None


class Mail(Part):
    """A mail to the department for each thing handed in: a receipt number, a link, no personal data.

    `answers` names questions whose answers are written into the mail; only those that are not confidential.
    """

    addresses: tuple[Annotated[str, StringConstraints(max_length=254)], ...] = ()
    answers: tuple[Id, ...] = ()
    text: Words = ""


class Charging(Part):
    """An amount that clerks ask for often: 速達 300円."""

    label: Text
    amount: Yen


class FeeLine(Part):
    """One line of the fee: `unit` yen, times the number that `quantity_of` was answered with.

    A line with `when` counts only if it holds; a reduction has a negative `unit`.
    """

    id: Id
    label: Text
    unit: Annotated[StrictInt, Field(ge=-9_999_999, le=9_999_999)]
    quantity_of: Id | None = None  # a number, or a repeated section: how many are in it
    when: Condition | None = None


class Fee(Part):
    """What it costs, in yen; nothing at all for whom `free_when` holds."""

    lines: Annotated[tuple[FeeLine, ...], Field(min_length=1, max_length=30)]
    free_when: Condition | None = None
    note: Text | None = None


class Payment(Part):
    """When the fee is asked for, how long there is time, and what happens if it is not paid.

    `connections` names providers that the town has connected; empty: all that are switched on.
    """

    timing: Literal["on_submit", "on_request"] = "on_submit"
    due_days: Annotated[StrictInt, Field(ge=1, le=60)] = 7
    remind_days: Annotated[StrictInt, Field(ge=0, le=30)] = 2  # before the last day; 0: never
    unpaid: Literal["keep", "withdraw"] = "keep"
    connections: tuple[Slug, ...] = ()


class Workflow(Part):
    """How the department works on it: checked, sent back, decided, issued."""

    days_to_decide: Annotated[StrictInt, Field(ge=1, le=365)] | None = (
        None  # 標準処理期間, open days
    )
    checklist: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    return_templates: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    return_days: Annotated[StrictInt, Field(ge=1, le=365)] = 14
    remind_days: Annotated[StrictInt, Field(ge=0, le=30)] = 3  # before the last day; 0: never
    lapse: Literal["keep", "withdraw"] = "keep"  # when nobody has corrected it by then
    rejection_templates: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    appeal: Text | None = None  # 教示文: where and until when one may object
    charges: Annotated[tuple[Charging, ...], Field(max_length=30)] = ()
    withdrawing: Literal["free", "ask"] = "free"  # taking back while it is being checked
    proof_days: Annotated[StrictInt, Field(ge=1, le=90)] = (
        1  # how old a look at the certificate may be
    )


class Repeat(Part):
    """A section that is gone through once per person or child."""

    each: Literal["person", "child"] = "person"
    min: Annotated[StrictInt, Field(ge=0, le=50)] = 0
    max: Annotated[StrictInt, Field(ge=1, le=50)] = 10
    item: Text = Text(ja="{number}人目")  # with {number}
    more: Text | None = None  # how to ask for one more


class Question(Part):
    """One question; `options` belong to the kind. Its id is given once and never used again."""

    id: Id
    kind: Id
    label: Text = Text()
    short: Text | None = None  # what it is called in summaries, lists and exports; else its label
    hint: Text | None = None
    required: StrictBool = True
    when: Condition | None = None
    confidential: Literal[True] | None = None  # a clerk can only tighten what the kind says
    lift_confidential: StrictBool = False  # the administrator alone
    keep_as: AttributeKey | None = None
    options: dict[str, JsonValue] = {}

    def called(self, language: str = "ja") -> str:
        """Return the name of the question where there is no room to ask it."""
        return (self.short or self.label).pick(language)


class Section(Part):
    """Questions that belong together: one page, one stretch of the talk."""

    id: Id
    title: Text = Text()
    surface: Literal["talk", "page", "either"] = "either"
    when: Condition | None = None  # holds for every question in it
    repeat: Repeat | None = None
    questions: Annotated[tuple[Question, ...], Field(max_length=MOST_QUESTIONS)] = ()


class Definition(Part):
    """A procedure as its clerk wrote it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal[1] = Field(alias="schema")
    kind: Literal["survey", "application", "report", "registration"]
    title: Text
    summary: Text | None = None
    minutes: Annotated[StrictInt, Field(ge=1, le=240)] | None = None
    bring: tuple[Text, ...] = ()
    languages: tuple[Annotated[str, AfterValidator(_offered)], ...] = ()  # offered beside Japanese
    opening: Opening = Opening()
    capacity: Annotated[StrictInt, Field(ge=1, le=1_000_000)] | None = None
    answers: Literal["once", "any", "overwrite"] = "any"
    anonymous: StrictBool = False
    confirm: StrictBool = True  # only a survey of one question may leave the summary out
    unfinished_days: Annotated[StrictInt, Field(ge=1, le=90)] = 14
    correction: Correction | None = None
    retention: Retention | None = None
    contact: Contact = Contact()
    outcome: Id = "submission"
    thanks: Text | None = None
    # Procedures, by their link names, that are offered once this one is handed in.
    go_on_to: Annotated[tuple[Slug, ...], Field(max_length=MOST_NEXT)] = ()
    mail: Mail | None = None
    fee: Fee | None = None
    payment: Payment | None = None
    workflow: Workflow | None = None
    start_on: tuple[Annotated[str, StringConstraints(min_length=1, max_length=60)], ...] = ()
    sections: Annotated[tuple[Section, ...], Field(max_length=MOST_SECTIONS)] = ()
    retired_ids: tuple[Id, ...] = ()  # ids of questions that were removed; never used again

    def questions(self) -> Iterator[tuple[Section, Question]]:
        """Go through the questions in the order of asking, each with its section."""
        for section in self.sections:
            for question in section.questions:
                yield section, question

    def question(self, question_id: str) -> Question | None:
        return next((one for _section, one in self.questions() if one.id == question_id), None)
