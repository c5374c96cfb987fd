"""Find what is wrong with a condition before it is used, in sentences for the clerk who wrote it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from yakuba.conditions import tree as trees
from yakuba.conditions.facts import Declarations
from yakuba.conditions.operands import Fault, Mismatch, test_of
from yakuba.conditions.tree import AllOf, AnyOf, Clause, Group, Leaf, NoneOf
from yakuba.conditions.wording import KINDS, OPERATORS
from yakuba.kit.errors import Refusal

# A day to try values on. Whether they fit does not depend on it.
_ANY_DAY = date(2026, 4, 1)
_ANY_MOMENT = datetime(2026, 4, 1, tzinfo=UTC)

_FAULTS = {
    Fault.OPERATOR: gettext_lazy("「{label}」（{kind}）に「{value}」という比べ方は使えません。"),
    Fault.CHOICE: gettext_lazy("「{label}」に「{value}」という選択肢はありません。"),
    Fault.TEXT: gettext_lazy("「{label}」と比べる値は文字で書いてください（いまの値：{value}）。"),
    Fault.YES_NO: gettext_lazy(
        "「{label}」と比べる値は true（はい）か false（いいえ）にしてください（いまの値：{value}）。"
    ),
    Fault.WHOLE_NUMBER: gettext_lazy(
        "「{label}」と比べる値は整数にしてください（いまの値：{value}）。"
    ),
    Fault.NUMBER: gettext_lazy("「{label}」と比べる値は数にしてください（いまの値：{value}）。"),
    Fault.DAY: gettext_lazy(
        "「{label}」と比べる日付は 2026-04-01 か today（今日）のように書いてください（いまの値：{value}）。"
    ),
    Fault.TIME: gettext_lazy(
        '「{label}」と比べる時刻は "09:30" のように、引用符をつけて書いてください（いまの値：{value}）。'
    ),
    Fault.ORDER: gettext_lazy(
        "「{label}」の範囲が逆です。小さいほうを先に書いてください（{value}）。"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: a path such as `all_of.0.any_of.1`, empty for the whole condition."""

    path: str
    fact: str
    sentence: str


class BrokenCondition(Refusal):
    """The condition does not fit the facts as they are now; `problems` says all of it."""

    sentence = gettext_lazy("条件に直すところがあります。{details}")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(details=" ".join(problem.sentence for problem in problems))
        self.problems = problems


def read(document: object) -> Clause:
    """Build the tree of a document from outside (a file, a form).

    Raises:
        BrokenCondition: it is no condition, or too large.
    """
    try:
        return trees.parse(document)
    except ValidationError as error:
        raise BrokenCondition(problems_of_document(error)) from error


def problems_of_document(error: ValidationError) -> list[Problem]:
    """Say in sentences why a document is no condition; one sentence for each place."""
    found: dict[str, Problem] = {}
    for details in error.errors(include_url=False):
        path = _path(details)
        found.setdefault(path, Problem(path, "", _document_sentence(details, path)))
    return list(found.values())


def require(tree: Clause, facts: Declarations, *, of_everybody: bool = False) -> None:
    """Pass only a condition that fits the facts.

    Raises:
        BrokenCondition: it does not.
    """
    found = problems(tree, facts, of_everybody=of_everybody)
    if found:
        raise BrokenCondition(found)


def problems(tree: Clause, facts: Declarations, *, of_everybody: bool = False) -> list[Problem]:
    """Return what is wrong with `tree`; `of_everybody` says that it is going to be asked in SQL."""
    try:
        trees.within_limits(tree)
    except PydanticCustomError as error:
        return [Problem("", "", error.message())]
    found = []
    for path, clause in trees.clauses_with_paths(tree):
        if isinstance(clause, AllOf | AnyOf | NoneOf):
            sentence, fact = _group_problem(clause, path), ""
        else:
            sentence, fact = _leaf_problem(clause, facts, of_everybody=of_everybody), clause.fact
        if sentence:
            found.append(Problem(path, fact, sentence))
    return found


def _group_problem(group: Group, path: str) -> str:
    """An empty group is forgotten work, but an empty `all_of` as the whole condition means everybody."""
    if group.clauses or (isinstance(group, AllOf) and not path):
        return ""
    return _("条件のまとまりが空です。1つ以上の条件を入れてください。")


def _leaf_problem(leaf: Leaf, facts: Declarations, *, of_everybody: bool) -> str:
    if leaf.fact not in facts:
        return _("「{key}」という項目は見つかりません。").format(key=leaf.fact)
    fact = facts[leaf.fact]
    try:
        test_of(leaf, fact, today=_ANY_DAY, now=_ANY_MOMENT)
    except Mismatch as mismatch:
        value = OPERATORS.get(str(mismatch.value), mismatch.value)
        return str(_FAULTS[mismatch.fault]).format(
            label=fact.label, kind=KINDS[fact.kind], value=value
        )
    if isinstance(leaf, trees.Listed | trees.Graded) and not leaf.value:
        return _("「{label}」と比べる値がありません。1つ以上選んでください。").format(
            label=fact.label
        )
    if of_everybody and fact.sql is None:
        return _(
            "「{label}」は手続きの途中でだけ分かる項目なので、全員の中から探す条件には使えません。"
        ).format(label=fact.label)
    return ""


_DOCUMENT = {
    "extra_forbidden": gettext_lazy("「{name}」という項目は条件に書けません。"),
    "missing": gettext_lazy("「{name}」が書かれていません。"),
    "union_tag_not_found": gettext_lazy(
        "条件には fact（項目）と operator（比べ方）を書いてください。まとめるときは all_of・any_of・none_of を使います。"
    ),
    "union_tag_invalid": gettext_lazy(
        "「{value}」という比べ方はありません。{known} から選んでください。"
    ),
}


def _path(details: ErrorDetails) -> str:
    """Return the place in the document: pydantic's, without the names of its unions."""
    left = list(details["loc"])
    path: list[str] = []
    while left:
        step = left.pop(0)
        if step == "leaf":
            path += [str(name) for name in left[1:2]]
            break
        path.append(str(step))
        if left and left[0] == step:
            left.pop(0)
    return ".".join(path)


def _document_sentence(details: ErrorDetails, path: str) -> str:
    sort = details["type"]
    if sort in trees.OWN_FAULTS:
        return details["msg"]
    sentence = _DOCUMENT.get(sort, gettext_lazy("{path} の値が正しくありません。"))
    return str(sentence).format(
        name=path.rpartition(".")[2],
        path=f"「{path}」" if path else _("条件"),
        value=details.get("ctx", {}).get("tag", ""),
        known="、".join(OPERATORS),
    )
