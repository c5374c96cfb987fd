"""Fees and the amounts that clerks ask for often, as rows of a form: what, how much, by what it is counted, when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from yakuba.conditions.facts import Declaration, Kind
from yakuba.conditions.wording import sentence
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.procedures import definition, rules, sockets
from yakuba.procedures.console.controls import (
    UNSAID,
    Control,
    Writing,
    text_posted,
    writings,
)
from yakuba.procedures.console.documents import Document, fresh_id

ALWAYS = ("", "いつも")
ONCE = ("", "1回分")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One amount in the form; the last one is for one more, and has no id yet."""

    number: int
    name: str
    id: str
    label: Sequence[Writing]
    amount: object
    per: str
    when: str
    pers: Sequence[tuple[str, str]]
    whens: Sequence[tuple[str, str]]

    @property
    def is_new(self) -> bool:
        return not self.id and self.amount == ""


def fee_control(whole: Document) -> Control:
    """Return the control of the whole fee. It differs when rows come and go, so that the form is drawn anew."""
    lines = (whole.get("fee") or {}).get("lines", [])
    return Control(
        "fee",
        "手数料",
        "fee",
        "減額は、−300のように書きます。合計が0円より小さくなることはありません。消すときは、名前と金額を空にします。",
        choices=tuple((str(one.get("id")), str(one.get("unit"))) for one in lines),
        free=free_when_choices(whole),
        reads=_read_fee,
        draws=lambda value, languages: _fee_rows(whole, value, languages),
    )


def charges_control(whole: Document) -> Control:
    """Return the control of the amounts that clerks ask for often."""
    lines = (whole.get("workflow") or {}).get("charges", [])
    return Control(
        "workflow.charges",
        "よく使う追加の請求",
        "fee",
        "職員が追加で請求するときに選べます。例：速達 300円。消すときは、名前と金額を空にします。",
        choices=tuple((str(number), str(one.get("amount"))) for number, one in enumerate(lines)),
        reads=_read_charges,
        draws=lambda value, languages: _charge_rows(value, languages),
    )


def free_when_choices(whole: Document) -> tuple[tuple[str, str], ...]:
    kept = (whole.get("fee") or {}).get("free_when")
    return (("", "無料にしない"), *_conditions(whole, kept))


def _fee_rows(whole: Document, value: object, languages: Sequence[str]) -> list[PriceRow]:
    lines = value.get("lines", []) if isinstance(value, Mapping) else []
    return [
        PriceRow(
            number=number,
            name=f"fee.{number}",
            id=str(line.get("id", "")),
            label=writings(f"fee.{number}.label", line.get("label"), languages),
            amount=line.get("unit", ""),
            per=str(line.get("quantity_of") or ""),
            when=_key(line.get("when")),
            pers=_counted_by(whole, str(line.get("quantity_of") or "")),
            whens=(ALWAYS, *_conditions(whole, line.get("when"))),
        )
        for number, line in enumerate([*lines, {}])
    ]


def _charge_rows(value: object, languages: Sequence[str]) -> list[PriceRow]:
    rows = list(value) if isinstance(value, list | tuple) else []
    return [
        PriceRow(
            number=number,
            name=f"workflow.charges.{number}",
            id=str(number) if row else "",
            label=writings(f"workflow.charges.{number}.label", row.get("label"), languages),
            amount=row.get("amount", ""),
            per="",
            when="",
            pers=(),
            whens=(),
        )
        for number, row in enumerate([*rows, {}])
    ]


def _read_fee(name: str, before: object, posted: QueryDict) -> object:
    """Return the fee that was typed, with what the form does not show of it; without rows there is none."""
    was = dict(before) if isinstance(before, Mapping) else {}
    earlier = {str(line["id"]): line for line in was.get("lines", [])}
    lines: list[dict[str, Any]] = []
    moved: list[int] = []
    number = 0
    used = set(earlier)
    while f"{name}.{number}.amount" in posted:
        place = f"{name}.{number}"
        kept = earlier.get(posted.get(f"{place}.id", ""), {})
        number += 1
        label = text_posted(f"{place}.label", kept.get("label"), posted)
        amount = posted.get(f"{place}.amount", "").strip()
        if not amount and (label is UNSAID or not kept):
            continue  # taken out, or a new row that is still being typed
        line_id = str(kept.get("id") or fresh_id("fee", used))
        used.add(line_id)
        label = {"ja": ""} if label is UNSAID else label
        line: dict[str, Any] = {"id": line_id, "label": label, "unit": _yen(amount)}
        if per := posted.get(f"{place}.per", ""):
            line["quantity_of"] = per
        if when := _condition(posted.get(f"{place}.when", "")):
            line["when"] = when
        if f"{place}.up" in posted and lines:
            moved.append(len(lines))
        lines.append(line)
    for here in moved:
        lines[here - 1], lines[here] = lines[here], lines[here - 1]
    if not lines:
        return UNSAID
    made: dict[str, Any] = {"lines": lines}
    if free := _condition(posted.get(f"{name}.free_when", "")):
        made["free_when"] = free
    note = text_posted(f"{name}.note", was.get("note"), posted)
    if note is not UNSAID:
        made["note"] = note
    return made


def _read_charges(name: str, before: object, posted: QueryDict) -> object:
    earlier = list(before) if isinstance(before, list | tuple) else []
    rows = []
    number = 0
    while f"{name}.{number}.amount" in posted:
        place = f"{name}.{number}"
        is_kept = number < len(earlier)
        before_it = earlier[number].get("label") if is_kept else None
        number += 1
        label = text_posted(f"{place}.label", before_it, posted)
        amount = posted.get(f"{place}.amount", "").strip()
        if not amount and (label is UNSAID or not is_kept):
            continue
        rows.append({"label": {"ja": ""} if label is UNSAID else label, "amount": _yen(amount)})
    return rows or UNSAID


def _yen(typed: str) -> int:
    sign = -1 if typed[:1] in ("-", "−", "－", "▲") else 1
    plain = counted(typed.lstrip("-−－▲").replace(",", "").replace("，", "").removesuffix("円"))
    if plain < 0:
        raise ValueError("金額は、300 や −300 のように、円の数字で書いてください。")
    return sign * plain


def _condition(key: str) -> object:
    try:
        return json.loads(key) if key else None
    except ValueError:
        raise ValueError("条件を読み取れませんでした。選び直してください。") from None


def _key(when: object) -> str:
    return json.dumps(when, ensure_ascii=False, sort_keys=True) if when else ""


def _plan(whole: Document) -> rules.Plan | None:
    try:
        return rules.plan(definition.read(whole), sockets.question_kinds)
    except (definition.UnreadableDefinition, Refusal):
        return None


def _conditions(whole: Document, kept: object) -> list[tuple[str, str]]:
    """Offer each yes and each choice of the questions; a condition written otherwise stays as it is."""
    plan = _plan(whole)
    found: dict[str, str] = {}
    for key, fact in (plan.declarations if plan else {}).items():
        label = fact.label[:30]
        for value, words in _values(fact):
            leaf = {"fact": key, "operator": "is", "value": value}
            found[_key(leaf)] = f"「{label}」が「{words}」のとき"
    if kept and _key(kept) not in found:
        found[_key(kept)] = _said(whole, kept, plan)
    return list(found.items())


def _values(fact: Declaration) -> list[tuple[object, str]]:
    if fact.kind is Kind.BOOLEAN:
        return [(True, "はい"), (False, "いいえ")]
    if fact.kind is Kind.CHOICE:
        return list(fact.choices.items())
    return []


def _said(whole: Document, kept: object, plan: rules.Plan | None) -> str:
    fee = definition.read(whole).fee if plan else None
    clauses = [fee.free_when, *(line.when for line in fee.lines)] if fee and plan else []
    for clause in clauses:
        if (
            clause is not None
            and plan
            and clause.model_dump(mode="json", exclude_unset=True) == kept
        ):
            return f"いまの条件：{sentence(clause, plan.declarations)}"
    return "いまの条件のまま"


def _counted_by(whole: Document, kept: str) -> list[tuple[str, str]]:
    """Offer the questions that ask for a whole number, and the repeated sections."""
    plan = _plan(whole)
    found = dict([ONCE])
    for step in plan.steps.values() if plan else ():
        if not step.kind.is_message and step.answering.fact().kind is Kind.INTEGER:
            found[step.question.id] = f"「{step.question.called()[:30]}」の数だけ"
    for section, _steps in plan.sections if plan else ():
        if section.repeat is not None:
            found[section.id] = f"「{section.title.pick('ja') or section.id}」の人数だけ"
    if kept and kept not in found:
        found[kept] = f"{kept}（見つかりません）"
    return list(found.items())
