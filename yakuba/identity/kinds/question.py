"""本人確認: a question that is answered with a card, at a provider, and not by typing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from yakuba.identity import queries, sockets, wording
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.kit import wareki
from yakuba.kit.clock import JAPAN
from yakuba.procedures import queries as procedures
from yakuba.procedures.definition import Text, in_three
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD
from yakuba.procedures.models import Procedure
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    Cell,
    FormReading,
    OptionFault,
    Reading,
    Resolved,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.linting.findings import Finding, called, red
from yakuba.procedures.rules.plans import Plan
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import (
    Found,
    Options,
    QuestionKind,
    publish_objections,
    question_kinds,
)

QuestionId = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{1,39})?$")]
_REHEARSED: Value = {"check": ""}  # what a walk finds; a real answer always names its check

GO = in_three(
    "マイナンバーカードで確認する", "マイナンバーカードで たしかめる", "Use your My Number card"
)
SIGN = in_three(
    "マイナンバーカードで署名する",
    "マイナンバーカードで サインする",
    "Sign with your My Number card",
)
GO_ON = in_three("確認のつづきへ", "たしかめる つづき", "Go on with the check")
ONCE_MORE = in_three("もう一度確認する", "もういちど たしかめる", "Try again")
WAITING = in_three("確認の途中です。", "たしかめている とちゅうです。", "The check is under way.")
PROVEN = in_three("本人確認が終わりました", "たしかめました", "Identity checked")
SIGNED = in_three("電子署名が終わりました", "サインしました", "Signed")
OLD = in_three(
    "確認が取り消されたか、期限が切れています。もう一度確認してください。",
    "たしかめた ものが つかえません。もういちど してください。",
    "The check no longer holds. Please do it again.",
)
HOW = in_three(
    "画面のボタンから、マイナンバーカードで確認してください。",
    "ボタンを おして、マイナンバーカードで たしかめてください。",
    "Please use the button and your My Number card.",
)
FROM_CARD = in_three("マイナンバーカードから", "マイナンバーカードから", "from your My Number card")
_SEX = {"male": "男", "female": "女", "other": "その他"}


@dataclass(frozen=True, slots=True)
class Stand:
    """How a check stands at this moment; what the engine is given as `At.outside`."""

    state: Literal["none", "waiting", "done", "failed"]
    address: str  # of the page where the check begins or goes on
    check: str = ""  # the one that counts, when it is done
    reason: str = ""


class IdentityOptions(Options):
    purpose: Literal["authenticate", "sign"] = Field(default="authenticate", title="何を求めるか")
    providers: tuple[str, ...] = Field(
        default=(), title="確認の方法"
    )  # kinds; empty: all that are on
    name_in: QuestionId = Field(
        default="",
        title="氏名の質問",
        description="氏名をたずねる質問のID。本人確認なら、後ろのその質問にカードの氏名が入ります。電子署名なら、前のその質問の答えと見比べ、違えば職員に知らせます。",
    )
    address_in: QuestionId = Field(
        default="", title="住所の質問", description="住所をたずねる質問のID。働きは氏名と同じです。"
    )
    born_in: QuestionId = Field(
        default="",
        title="生年月日の質問",
        description="生年月日をたずねる質問のID。働きは氏名と同じです。",
    )
    sex_in: QuestionId = Field(
        default="", title="性別の質問", description="性別をたずねる質問のID。働きは氏名と同じです。"
    )

    @property
    def about(self) -> dict[str, str]:
        """Return which question asks for the same thing as each attribute."""
        named = {
            "name": self.name_in,
            "address": self.address_in,
            "born_on": self.born_in,
            "sex": self.sex_in,
        }
        return {attribute: question for attribute, question in named.items() if question}

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return what is asked of the card; who signs is always named."""
        wanted = {*self.about, *(("name", "address", "born_on") if self.purpose == "sign" else ())}
        return tuple(one for one in sockets.ATTRIBUTES if one in wanted)

    def view(self, at: At, so_far: Value = None) -> View:
        stand = at.outside if isinstance(at.outside, Stand) else Stand("none", "")
        words, label = self._words(stand, at.language)
        attributes = {"url": stand.address, "label": label, "state": stand.state, "words": words}
        return View(Widget("handoff", attributes), how=HOW.pick(at.language))

    def _words(self, stand: Stand, language: str) -> tuple[str, str]:
        begin = SIGN if self.purpose == "sign" else GO
        if stand.state == "done":
            return (SIGNED if self.purpose == "sign" else PROVEN).pick(language), ""
        if stand.state == "waiting":
            return WAITING.pick(language), GO_ON.pick(language)
        if stand.state == "failed":
            why = wording.reason(stand.reason)
            return f"{why.said.pick(language)}{why.mend.pick(language)}", ONCE_MORE.pick(language)
        return "", begin.pick(language)

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return Blank()  # nothing that a browser says proves anything

    def check(self, value: Value, at: At) -> Wrong | None:
        if value == _REHEARSED:
            return None
        stand = at.outside
        named = value.get("check") if isinstance(value, dict) else None
        if isinstance(stand, Stand) and stand.state == "done" and stand.check == named:
            return None
        is_changed = isinstance(stand, Stand) and stand.reason == "changed"
        if is_changed:
            why = wording.reason("changed")
            return Wrong(why.said.pick(at.language), why.mend.pick(at.language))
        return Wrong(OLD.pick(at.language))

    def show(self, value: Value, language: str = "ja") -> str:
        return (SIGNED if self.purpose == "sign" else PROVEN).pick(language)

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact_value(self, value: Value) -> None:
        return None

    def faults(self) -> list[OptionFault]:
        unknown = [one for one in self.providers if one not in sockets.verifiers]
        if unknown:
            return [OptionFault("providers", f"「{unknown[0]}」という確認の方法はありません。")]
        chosen = [sockets.verifiers[one] for one in self.providers]
        if chosen and all(one.needs_app for one in chosen):
            return [OptionFault("providers", ONLY_APPS)]
        return []

    def samples(self, at: At) -> list[Sample]:
        return [Sample(_REHEARSED, None, "")]

    def texts(self) -> list[tuple[str, Text]]:
        return []

    def fills(self) -> tuple[str, ...]:
        # What is signed has been answered by then; it is compared, and nothing is overwritten.
        return () if self.purpose == "sign" else tuple(self.about.values())

    def locked(self, value: Value) -> tuple[str, ...]:
        named = value.get("locked") if isinstance(value, dict) else None
        return tuple(str(one) for one in named) if isinstance(named, list) else ()

    def source(self, language: str = "ja") -> str:
        return FROM_CARD.pick(language)

    # Outside the engine.

    def gather(self, found: Found) -> Stand:
        address = f"/p/identity/start/{found.run.pk}/{found.path}/"
        if found.is_trial:
            return Stand("none", "")
        check = queries.newest_check(found.run, found.path)
        if check is None:
            return self._taken_up(found, address)
        if check.state == IdentityCheck.State.VERIFIED:
            if queries.signs_the_present(check, found.run, found.path):
                return Stand("done", address, str(check.pk))
            return Stand("failed", address, reason="changed")
        if check.state in (IdentityCheck.State.BEGUN, IdentityCheck.State.PENDING):
            return Stand("waiting", address)
        if check.state == IdentityCheck.State.NONE or check.reason == "replaced":
            return Stand("none", address)
        return Stand("failed", address, reason=check.reason)

    def _taken_up(self, found: Found, address: str) -> Stand:
        """What was proven before stands in a correction too, as long as what was signed is not changed."""
        value = found.answers.get(found.path)
        named = value.get("check") if isinstance(value, dict) else None
        if found.run.corrects is None or not isinstance(named, str) or not named:
            return Stand("none", address)
        check = IdentityCheck.objects.filter(
            pk=UUID(named), resident=found.resident, state=IdentityCheck.State.VERIFIED
        ).first()
        if check is None or not queries.signs_the_present(check, found.run, found.path):
            return Stand("failed", address, reason="changed")
        return Stand("done", address, named)

    def resolve(self, found: Found) -> Resolved | None:
        if found.is_trial:
            return Resolved(_REHEARSED)
        stand = self.gather(found)
        if stand.state != "done":
            return None
        evidence = Evidence.objects.get(check_of=UUID(stand.check))
        fills = {} if self.purpose == "sign" else self._filled(found, evidence)
        locked = [
            question
            for attribute, question in self.about.items()
            if question in fills and attribute not in evidence.substitutes
        ]
        named: list[Value] = list(locked)
        value: Value = {"check": stand.check, "locked": named}
        return Resolved(value, fills, tuple(locked))

    def _filled(self, found: Found, evidence: Evidence) -> dict[str, Value]:
        """Return what the card says in the form in which each question stores it; there is no kana on a card."""
        steps = procedures.plan_of_run(found.run).steps
        filled: dict[str, Value] = {}
        for attribute, question in self.about.items():
            said = evidence.attributes.get(attribute)
            if not said or question not in steps:
                continue
            kind = steps[question].question.kind
            if kind == "name":
                filled[question] = {"family": said, "given": ""}
            elif kind == "address":
                filled[question] = {"postal": "", "town": said, "house": "", "building": ""}
            elif attribute == "sex":
                filled[question] = _SEX.get(said, said) if "text" in kind else said
            elif attribute == "born_on" and "text" in kind:
                filled[question] = wareki.full(queries.day_of(said))
            else:
                filled[question] = said
        return filled


ONLY_APPS = (
    "LINEのほかにアプリが必要な確認の方法しかありません。アプリのいらない方法も選んでください"
    "（仕様書6(4)ア）。"
)
NOBODY = "本人確認の事業者が、まだ住民に出ていません。管理者が「設定」の「本人確認の事業者」でつなぐと、公開できます。"


@question_kinds.plug
class Identity(QuestionKind):
    key = "identity"
    label = "本人確認"
    options = IdentityOptions
    is_confidential = True
    is_automatic = True
    gathers = True
    in_talk = False


def when(evidence: Evidence) -> str:
    """Write when somebody was proven, as pages show it."""
    return wareki.moment(evidence.verified_at.astimezone(JAPAN))


@publish_objections.plug
def nothing_but_apps(plan: Plan, procedure: Procedure | None) -> Iterator[Finding]:
    """A procedure is not published whose proof needs an app besides LINE, or that nobody can give (6(4)ア)."""
    for place, (_section, steps) in enumerate(plan.sections):
        for number, step in enumerate(steps):
            options = step.answering
            if not isinstance(options, IdentityOptions):
                continue
            offered = queries.offers(purpose=options.purpose, kinds=options.providers)
            if not any(not one.verifier.needs_app for one in offered):
                press = f"sections.{place}.questions.{number}.options.providers"
                yield red(called(step.question), ONLY_APPS if offered else NOBODY, press)
