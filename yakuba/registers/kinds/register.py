"""A question that nobody is asked: whether the person whose name was given stands in a register."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from yakuba.conditions.facts import Kind as FactKind
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, wrong
from yakuba.procedures.rules.answering import (
    At,
    Blank,
    ClearValue,
    FactType,
    FormReading,
    OptionFault,
    Reading,
    Resolved,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Found, Options, Picking, QuestionKind, question_kinds
from yakuba.registers import operations, queries
from yakuba.registers.kinds import answers, picking, wording
from yakuba.registers.kinds.offering import picking_of
from yakuba.registers.models import Register
from yakuba.registers.queries import Asked
from yakuba.registers.rules import matching
from yakuba.registers.rules.outcomes import OUTCOMES, branch_id

Otherwise = Literal["stop", "go_on"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field("", title="台帳の列")
    question: str = Field("", title="質問")


class Pair(_Row):
    """A column that must say what an earlier question was answered with."""


class Fill(_Row):
    """A later question that a column answers."""

    open: bool = Field(False, title="本人が直せる")


class RegisterOptions(Options):
    register_id: str = Field(
        "",
        title="照らし合わせる台帳",
        description="個人情報を見てよい台帳だけが並びます。選ぶと、下でその列を選べます。",
    )
    pairs: tuple[Pair, ...] = Field(
        (),
        title="照らし合わせるもの",
        description="台帳の列と、前の質問の答えが、すべて同じ方を探します。組を空けると消えます。",
    )
    letter_code: str = Field(
        "",
        title="通知書の確認コードを聞く質問",
        description="郵送した通知書のコードも照らし合わせるときに選びます。",
    )
    fills_in: tuple[Fill, ...] = Field(
        (),
        title="台帳から入れる答え",
        description="見つかった方の列の中身を、あとの質問の答えに入れます。",
    )
    branch: str = Field(
        "", title="分かれ道に使う列", description="選択肢の列です。聞く条件で使えます。"
    )
    counts: str = Field(
        "", title="1件ごとに1つ減らす列", description="残りの回数など、数の列です。"
    )
    once: bool = Field(True, title="1人につき1回だけ受け付ける")
    not_found: Otherwise = Field("stop", title="見つからないとき")
    already: Otherwise = Field("stop", title="もう申請しているとき")
    ambiguous: Otherwise = Field("stop", title="1人に決まらないとき")
    not_found_words: Text | None = Field(
        None,
        title="見つからないときのことば",
        description="空けておくと、決まった文でお伝えします。どこが違ったかは書かないでください。",
    )
    already_words: Text | None = Field(None, title="もう申請しているときのことば")
    ambiguous_words: Text | None = Field(None, title="1人に決まらないときのことば")

    def view(self, at: At, so_far: Value = None) -> View:
        return View(Widget(""))

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return NOT_UNDERSTOOD

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return Blank()

    def fill(self, value: Value) -> Raw:
        return ""

    def check(self, value: Value, at: At) -> Wrong | None:
        """Refuse at handing in what the procedure has no path for.

        Raises:
            TypeError: this is no stored answer; the linter tries what conditions name.
        """
        if not isinstance(value, dict):
            raise TypeError("an outcome is stored with the line that was found")
        outcome = answers.outcome_of(value)
        if outcome == "found" or self._otherwise(outcome) == "go_on":
            return None
        return wrong(self._words(outcome), at)

    def show(self, value: Value, language: str = "ja") -> str:
        return wording.SHOWN[answers.outcome_of(value)].pick(language)

    def fact(self) -> FactType:
        return FactType(FactKind.CHOICE, {**OUTCOMES, **self._branches()})

    def fact_value(self, value: Value) -> str:
        outcome = answers.outcome_of(value)
        branch = value.get("branch") if isinstance(value, dict) else None
        return branch_id(str(branch)) if outcome == "found" and branch else outcome

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(choice=answers.outcome_of(value), text=self.show(value))]

    def texts(self) -> list[tuple[str, Text]]:
        named = {outcome: getattr(self, f"{outcome}_words") for outcome in wording.SAID}
        return [(f"{outcome}_words", words) for outcome, words in named.items() if words]

    def faults(self) -> list[OptionFault]:
        return picking.faults(self)

    def samples(self, at: At) -> list[Sample]:
        values: list[Value] = [{"outcome": "found", "branch": name} for name in self._names()]
        outcomes = [one for one in OUTCOMES if one == "found" or self._otherwise(one) == "go_on"]
        values += [{"outcome": outcome} for outcome in outcomes]
        return [Sample(value, None, "") for value in values]

    def depends_on(self) -> tuple[str, ...]:
        said = [one.question for one in self.pairs] + [self.letter_code]
        return tuple(dict.fromkeys(question for question in said if question))

    def fills(self) -> tuple[str, ...]:
        return tuple(one.question for one in self.fills_in if one.question)

    def locked(self, value: Value) -> tuple[str, ...]:
        return tuple(one.question for one in self.fills_in if one.question and not one.open)

    def paths_needed(self) -> tuple[str, ...]:
        return tuple(one for one in OUTCOMES if one != "found" and self._otherwise(one) == "go_on")

    def resolve(self, found: Found) -> Resolved:
        if found.is_trial:
            # Whoever draws a procedure need not be one of those who may look into the register.
            return Resolved({"outcome": "found"})
        register = self._register(found)
        if register is None:
            return Resolved(refused=wording.CANNOT.pick(found.resident.language))
        columns = queries.columns_of(register)
        asked = [
            Asked(columns[one.column], self._said(found, columns[one.column].kind, one.question))
            for one in self.pairs
            if one.column in columns
        ]
        finding = operations.look_up(
            register,
            asked if len(asked) == len(self.pairs) else [],
            resident=found.resident,
            procedure=found.run.procedure if self.once else None,
            is_correction=found.run.corrects is not None,
            code=str(found.answer(self.letter_code) or "") if self.letter_code else None,
            today=At(found.now).today,
        )
        outcome = str(finding.answer)
        if outcome != "found" and self._otherwise(outcome) == "stop":
            return Resolved(refused=self._words(outcome).pick(found.resident.language))
        if finding.row is None:
            return Resolved({"outcome": outcome})
        values = finding.row.values
        kinds = {key: one.kind for key, one in columns.items()}
        return Resolved(
            {
                "outcome": outcome,
                "row": str(finding.row.lineage),
                **({"branch": str(values[self.branch])} if self.branch in values else {}),
            },
            fills=answers.answers_from(
                (one.question, kinds[one.column], values[one.column])
                for one in self.fills_in
                if one.question and one.column in values and one.column in kinds
            ),
            locked=self.locked(None),
        )

    def confirm(self, found: Found, value: Value) -> None:
        if not isinstance(value, dict) or "row" not in value or not (self.once or self.counts):
            return
        register = self._register(found)
        if register is None:
            raise operations.NoLongerThere
        operations.claim(
            register,
            UUID(str(value["row"])),
            run=found.run,
            resident=found.resident,
            once=self.once,
            counts=self.counts,
        )

    def _register(self, found: Found) -> Register | None:
        """Return the register, if the procedure's department may have what stands in it."""
        register = queries.register_of(self.register_id)
        if register is None or not queries.may_steer(register, found.run.procedure):
            return None
        return register

    def _said(self, found: Found, kind: str, question: str) -> str:
        return matching.spoken(kind, found.answer(question))

    def _otherwise(self, outcome: str) -> Otherwise:
        otherwise: Mapping[str, Otherwise] = {
            "not_found": self.not_found,
            "already": self.already,
            "ambiguous": self.ambiguous,
        }
        return otherwise.get(outcome, "go_on")

    def _words(self, outcome: str) -> Text:
        own: Text | None = getattr(self, f"{outcome}_words", None)
        return own if own is not None and own.ja else wording.SAID[outcome]

    def _names(self) -> Sequence[str]:
        return queries.choices_of(self.register_id, self.branch) if self.branch else ()

    def _branches(self) -> dict[str, str]:
        return {branch_id(name): f"{OUTCOMES['found']}：{name}" for name in self._names()}


@question_kinds.plug
class InRegister(QuestionKind):
    key = "register"
    label = "台帳と照らし合わせる（質問なし）"
    options = RegisterOptions
    is_confidential = True
    is_automatic = True

    def picks(self, option: str, picking: Picking) -> Sequence[tuple[str, str]] | None:
        return picking_of(option, picking)
