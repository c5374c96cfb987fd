"""Counting people against the licence, and reading the list of a yearly change-over."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

Days = tuple[date | None, date | None]  # first and last day, both included


def peak(people: Iterable[Days], *, since: date) -> int:
    """Return the largest number of people who work here on one day, on `since` or later.

    The number only grows on a day on which somebody begins, so only those days are looked at.
    """
    spans = [(begin or date.min, end or date.max) for begin, end in people]
    days = {since, *(begin for begin, _end in spans if begin > since)}
    return max(sum(begin <= day <= end for begin, end in spans) for day in days)


DISASTER = (
    "townhall.disaster"  # the kind of the one scope of those who act for everybody in a disaster
)
COLUMNS = ("区分", "メールアドレス", "氏名", "よみがな", "部署コード", "役割")
KINDS = {"採用": "join", "異動": "move", "退職": "leave"}
ROLES = {"責任者": "manager", "担当者": "clerk", "閲覧者": "reader"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong in the file, where: the row as a spreadsheet numbers it, and the column's name."""

    row: int
    column: str
    words: str


@dataclass(slots=True)
class Mover:
    """What one person's rows say: joining, moving or leaving, and the departments from the day on."""

    email: str
    kind: str
    name: str = ""
    kana: str = ""
    places: dict[str, str] = field(default_factory=dict)  # department's code → role

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def read_changeover(
    content: bytes, *, emails: Mapping[str, bool], departments: Iterable[str]
) -> tuple[list[Mover], list[Trouble]]:
    """Read the list of a change-over: one row per person and department.

    `emails` are those of everybody known, and whether they work here now; `departments` are codes. A person with several rows
    works in several departments. Excel writes cp932, others UTF-8; both are taken.
    """
    text = _decoded(content)
    if text is None:
        return [], [
            Trouble(
                1, "", "文字コードを読み取れません。CSV（UTF-8またはShift_JIS）で保存してください。"
            )
        ]
    lines = list(csv.reader(io.StringIO(text)))
    head = [name.strip() for name in lines[0]] if lines else []
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        return [], [
            Trouble(1, "、".join(missing), "この列がありません。1行目に列の名前が必要です。")
        ]
    movers: dict[str, Mover] = {}
    troubles: list[Trouble] = []
    codes = set(departments)
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        row = {name: cell.strip() for name, cell in zip(head, line, strict=False)}
        found = _check(row, movers, emails, codes)
        troubles += [Trouble(number, column, words) for column, words in found]
        if not found:
            _take(row, movers)
    if not movers and not troubles:
        troubles.append(Trouble(2, "", "人が1人も書かれていません。"))
    return list(movers.values()), troubles


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _check(
    row: Mapping[str, str],
    movers: Mapping[str, Mover],
    emails: Mapping[str, bool],
    codes: set[str],
) -> list[tuple[str, str]]:
    kind, email = row.get("区分", ""), row.get("メールアドレス", "").lower()
    code, role = row.get("部署コード", ""), row.get("役割", "")
    wrong = []
    if kind not in KINDS:
        wrong.append(("区分", "「採用」「異動」「退職」のどれかを書いてください。"))
    if not _EMAIL.fullmatch(email):
        wrong.append(("メールアドレス", "メールアドレスの形ではありません。"))
    elif kind in ("異動", "退職") and not emails.get(email):
        wrong.append(
            (
                "メールアドレス",
                "この人は登録されていないか、利用を終えています。新しい人は「採用」にしてください。",
            )
        )
    elif kind == "採用" and emails.get(email):
        wrong.append(("メールアドレス", "この人はすでに登録されています。「異動」にしてください。"))
    before = movers.get(email)
    if before is not None and before.kind != KINDS.get(kind):
        wrong.append(("区分", "同じ人の行に、ちがう区分があります。"))
    if kind == "採用" and not row.get("氏名") and before is None:
        wrong.append(("氏名", "氏名を書いてください。"))
    if kind != "退職":
        if code not in codes:
            wrong.append(("部署コード", f"「{code}」という部署はありません。"))
        elif before is not None and code in before.places:
            wrong.append(("部署コード", "同じ人と部署の行が2つあります。"))
        if role not in ROLES:
            wrong.append(("役割", "「責任者」「担当者」「閲覧者」のどれかを書いてください。"))
    return wrong


def _take(row: Mapping[str, str], movers: dict[str, Mover]) -> None:
    email = row["メールアドレス"].lower()
    mover = movers.setdefault(email, Mover(email, KINDS[row["区分"]]))
    mover.name = mover.name or row["氏名"]
    mover.kana = mover.kana or row["よみがな"]
    if mover.kind != "leave":
        mover.places[row["部署コード"]] = ROLES[row["役割"]]
