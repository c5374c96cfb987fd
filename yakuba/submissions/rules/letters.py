"""What a letter of the town says: pure, so that the same decision gives the same letter."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

LetterKind = Literal["approval", "issue", "rejection"]
_TITLES = {"approval": "承認通知書", "issue": "交付のお知らせ", "rejection": "不承認通知書"}
_OPENINGS = {
    "approval": "{day}に受け付けた「{title}」の申請を、次のとおり承認しました。",
    "issue": "{day}に受け付けた「{title}」の申請について、次のとおり交付しました。",
    "rejection": "{day}に受け付けた「{title}」の申請について、審査の結果、次の理由により承認しないことに決めました。",
}


@dataclass(frozen=True, slots=True)
class Content:
    """Everything on the paper, frozen when it was decided."""

    title: str
    to: str
    sender: Sequence[str]
    opening: str
    facts: Sequence[tuple[str, str]]
    reason: str = ""
    appeal: str = ""
    contact: Sequence[str] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Content":
        return cls(**{**kept, "facts": [(label, text) for label, text in kept["facts"]]})


def letter(
    kind: LetterKind,
    *,
    procedure: str,
    to: str,
    handed_in: str,
    facts: Sequence[tuple[str, str]],
    sender: Sequence[str],
    contact: Sequence[str],
    reason: str = "",
    appeal: str = "",
) -> Content:
    """Return the letter; the appeal text (教示文, 行政不服審査法82条) only where something was refused."""
    return Content(
        title=_TITLES[kind],
        to=f"{to} 様" if to else "申請された方へ",
        sender=tuple(sender),
        opening=_OPENINGS[kind].format(day=handed_in, title=procedure),
        facts=tuple(facts),
        reason=reason,
        appeal=appeal if kind == "rejection" else "",
        contact=tuple(contact),
    )
