"""What a new procedure begins with: nothing, or one of the ready documents beside this file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from yakuba.procedures import definition, sockets
from yakuba.procedures.console.documents import Document

_FOLDER = Path(__file__).with_name("ready")


@dataclass(frozen=True, slots=True)
class Beginning:
    """One way to begin."""

    key: str
    label: str
    words: str


BEGINNINGS = (
    Beginning("blank", "何もないところから", "質問を1つずつ加えます。"),
    Beginning("survey", "アンケート", "評価・選択・感想の4問。選んだ答えで質問が変わる例つき。"),
    Beginning(
        "application", "申し込み", "回を選び、名前と電話を町の入力画面で聞きます。定員つき。"
    ),
    Beginning("report", "通報", "写真と場所をトークで受け付けます。"),
)


def document_for(key: str, *, kind: str, title: str) -> Document:
    """Return the document that a new procedure of this title begins with."""
    if key == "blank":
        # What is said here is what the linter would ask for at once.
        return {"schema": 1, "kind": kind, "title": {"ja": title}, "retention": {"months": 12}}
    return {**_ready(key), "title": {"ja": title}}


@cache
def _ready(key: str) -> Document:
    text = (_FOLDER / f"{key}.yaml").read_text(encoding="utf-8")
    known = [kind.key for kind in sockets.question_kinds]
    return definition.document_of(definition.from_yaml(text, kinds=known))
