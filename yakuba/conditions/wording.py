"""Say a condition in Japanese: to the clerk who writes it, and to whoever asks "why did I get this?"."""

from collections.abc import Callable, Sequence
from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yakuba.conditions.facts import Declaration, Declarations, Kind, UnknownFact
from yakuba.conditions.operands import TODAY
from yakuba.conditions.tree import (
    Aged,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Compared,
    Elapsed,
    FiscalAged,
    Graded,
    Known,
    Leaf,
    Listed,
    Near,
    NoneOf,
    Scalar,
)
from yakuba.kit import wareki

KINDS = {
    Kind.TEXT: gettext_lazy("文字"),
    Kind.CHOICE: gettext_lazy("選択肢から1つ"),
    Kind.CHOICES: gettext_lazy("選択肢からいくつでも"),
    Kind.BOOLEAN: gettext_lazy("はい・いいえ"),
    Kind.INTEGER: gettext_lazy("整数"),
    Kind.NUMBER: gettext_lazy("数"),
    Kind.MONEY: gettext_lazy("金額"),
    Kind.DATE: gettext_lazy("日付"),
    Kind.TIME: gettext_lazy("時刻"),
    Kind.INSTANT: gettext_lazy("日時"),
    Kind.PLACE: gettext_lazy("場所"),
    Kind.OTHER: gettext_lazy("写真・ファイルなど"),
}
OPERATORS = {
    "is": gettext_lazy("である"),
    "is_not": gettext_lazy("ではない"),
    "one_of": gettext_lazy("どれかである"),
    "contains": gettext_lazy("を選んでいる"),
    "contains_any": gettext_lazy("どれかを選んでいる"),
    "at_least": gettext_lazy("以上・以降"),
    "at_most": gettext_lazy("以下・以前"),
    "between": gettext_lazy("から…まで"),
    "before": gettext_lazy("より前"),
    "after": gettext_lazy("より後"),
    "age_at_least": gettext_lazy("年齢が…歳以上"),
    "age_at_most": gettext_lazy("年齢が…歳以下"),
    "fiscal_age_between": gettext_lazy("年度年齢が…歳から…歳まで"),
    "grade_in": gettext_lazy("学年"),
    "days_since_at_least": gettext_lazy("…日以上たった"),
    "days_since_at_most": gettext_lazy("…日以内"),
    "hours_since_at_least": gettext_lazy("…時間以上たった"),
    "hours_since_at_most": gettext_lazy("…時間以内"),
    "within_metres": gettext_lazy("地点からの距離"),
    "answered": gettext_lazy("入力あり"),
    "unanswered": gettext_lazy("入力なし"),
}
_COMPARED = {
    "is": gettext_lazy("{label}が{value}"),
    "is_not": gettext_lazy("{label}が{value}ではない"),
    "at_least": gettext_lazy("{label}が{value}以上"),
    "at_most": gettext_lazy("{label}が{value}以下"),
    "before": gettext_lazy("{label}が{value}より前"),
    "after": gettext_lazy("{label}が{value}より後"),
    "contains": gettext_lazy("{label}で{value}を選んでいる"),
}
_DATED = {
    "at_least": gettext_lazy("{label}が{value}以降"),
    "at_most": gettext_lazy("{label}が{value}以前"),
}
_ELAPSED = {
    "days_since_at_least": gettext_lazy("{label}から{value}日以上たっている"),
    "days_since_at_most": gettext_lazy("{label}から{value}日以内"),
    "hours_since_at_least": gettext_lazy("{label}から{value}時間以上たっている"),
    "hours_since_at_most": gettext_lazy("{label}から{value}時間以内"),
}
_TIMED = frozenset({Kind.DATE, Kind.TIME, Kind.INSTANT})


def sentences(tree: Clause, facts: Declarations) -> list[str]:
    """Return the condition as lines that must all hold, each without a full stop."""
    clauses = tree.all_of if isinstance(tree, AllOf) else [tree]
    return [sentence(clause, facts) for clause in clauses]


def sentence(clause: Clause, facts: Declarations) -> str:
    """Return one clause in one line: 「18歳以上」かつ「地区が弓庄または音杉」."""
    match clause:
        case AllOf():
            return _joined(clause.all_of, facts, _("かつ")) or _("だれでも")
        case AnyOf():
            return _joined(clause.any_of, facts, _("または")) or _("あてはまる人なし")
        case NoneOf():
            inside = _joined(clause.none_of, facts, _("でも"))
            if len(clause.none_of) > 1:
                return _("{inside}でもない").format(inside=inside)
            return _("「{inside}」ではない").format(inside=inside) if inside else _("だれでも")
        case _:
            if clause.fact not in facts:
                raise UnknownFact(clause.fact)
            return _leaf(clause, facts[clause.fact])


def _joined(clauses: Sequence[Clause], facts: Declarations, word: str) -> str:
    if len(clauses) == 1:
        return sentence(clauses[0], facts)
    return word.join(_quoted(clause, facts) for clause in clauses)


def _quoted(clause: Clause, facts: Declarations) -> str:
    marks = "（{}）" if isinstance(clause, AllOf | AnyOf | NoneOf) else "「{}」"
    return marks.format(sentence(clause, facts))


def _leaf(leaf: Leaf, fact: Declaration) -> str:
    match leaf:
        case Compared() if fact.is_statement:
            is_so = (leaf.value is True) == (leaf.operator == "is")
            return fact.label if is_so else _("「{inside}」ではない").format(inside=fact.label)
        case Compared():
            dated = _DATED if fact.kind in _TIMED else {}
            words = dated.get(leaf.operator, _COMPARED[leaf.operator])
            # The label of a yes or no is often a question, which needs quotes to stand in a sentence.
            label = f"『{fact.label}』" if fact.kind is Kind.BOOLEAN else fact.label
            return str(words).format(label=label, value=_value(leaf.value, fact))
        case Listed():
            values = _("または").join(_value(value, fact) for value in leaf.value)
            sort = "contains" if fact.kind is Kind.CHOICES else "is"
            return str(_COMPARED[sort]).format(label=fact.label, value=values)
        case Between():
            first, last = (_value(value, fact) for value in leaf.value)
            return _("{label}が{first}から{last}まで").format(
                label=fact.label, first=first, last=last
            )
        case Aged():
            return _aged(leaf, fact)
        case FiscalAged() | Graded():
            return _school(leaf, fact)
        case Elapsed():
            return str(_ELAPSED[leaf.operator]).format(label=fact.label, value=leaf.value)
        case Near():
            return _("{label}が{spot}から{distance}以内").format(
                label=fact.label,
                spot=leaf.of.name or _("地図で選んだ地点"),
                distance=_distance(leaf.value),
            )
        case Known(operator="answered"):
            return _("{label}が入力されている").format(label=fact.label)
        case Known():
            return _("{label}が入力されていない").format(label=fact.label)


def _aged(leaf: Aged, fact: Declaration) -> str:
    words = _("{years}歳以上") if leaf.operator == "age_at_least" else _("{years}歳以下")
    said = words.format(years=leaf.value)
    if leaf.day is not None:
        said = _("{day}の時点で{age}").format(day=wareki.full(leaf.day), age=said)
    return _("{whose}が{said}").format(whose=fact.whose, said=said) if fact.whose else said


def _school(leaf: FiscalAged | Graded, fact: Declaration) -> str:
    year = _("{year}年度").format(year=leaf.fiscal_year) if leaf.fiscal_year else _("今年度")
    if isinstance(leaf, Graded):
        said = _("{year}の学年が{grades}").format(year=year, grades=_("または").join(leaf.value))
    else:
        said = _("{year}の年度年齢（4月1日の年齢）が{first}歳から{last}歳まで").format(
            year=year, first=leaf.value[0], last=leaf.value[1]
        )
    return _("{whose}の{said}").format(whose=fact.whose, said=said) if fact.whose else said


def _value(value: Scalar, fact: Declaration) -> str:
    """Return a value as people read it; one that does not fit its fact, as it was written."""
    match fact.kind, value:
        case ((Kind.CHOICE | Kind.CHOICES), str()):
            return fact.choices.get(value, value)
        case Kind.TEXT, str():
            return f"「{value}」"
        case _, bool():
            return _("「はい」") if value else _("「いいえ」")
        case Kind.MONEY, int():
            return _("{yen}円").format(yen=f"{value:,}")
        case ((Kind.DATE | Kind.INSTANT), str()):
            return (
                _("今日")
                if value == TODAY
                else _read(lambda: wareki.full(date.fromisoformat(value)), value)
            )
        case Kind.TIME, str():
            return _read(lambda: f"{time.fromisoformat(value):%-H:%M}", value)
    return f"{value}{fact.unit}"


def _read(written: Callable[[], str], otherwise: str) -> str:
    try:
        return written()
    except ValueError:
        return otherwise


def _distance(metres: int) -> str:
    return (
        _("{km}km").format(km=f"{metres / 1000:g}")
        if metres >= 1000
        else _("{m}m").format(m=metres)
    )
