"""Settlement files as tables: providers write CSV in this or that character set, and change their headings."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from yakuba.payments.sockets import Unreadable

JAPAN = ZoneInfo("Asia/Tokyo")


def rows(content: bytes, *needed: Sequence[str]) -> list[dict[str, str]]:
    """Read a CSV with headings. Each of `needed` is the names that one column may have; the first is used.

    Raises:
        Unreadable: it is no such file; the words name the missing column.
    """
    reader = csv.DictReader(io.StringIO(_text(content), newline=""))
    names = [name.strip() for name in reader.fieldnames or ()]
    found: dict[str, str] = {}
    for choice in needed:
        heading = next((name for name in choice if name in names), None)
        if heading is None:
            raise Unreadable(
                f"明細ファイルに「{choice[0]}」の列がありません。ファイルを選び直してください。"
            )
        found[heading] = choice[0]
    reader.fieldnames = names
    return [
        {found.get(name, name): (value or "").strip() for name, value in row.items() if name}
        for row in reader
    ]


def _text(content: bytes) -> str:
    for charset in ("utf-8-sig", "cp932"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    raise Unreadable("明細ファイルの文字を読み取れません。ダウンロードし直してください。")


def yen(row: Mapping[str, str], column: str) -> int:
    """Read an amount; the sign is kept.

    Raises:
        Unreadable
    """
    text = row[column].replace(",", "").removesuffix(".00")
    try:
        return int(text)
    except ValueError:
        raise Unreadable(f"「{column}」の「{row[column]}」は金額ではありません。") from None


def moment(row: Mapping[str, str], column: str, *, zone: ZoneInfo = JAPAN) -> datetime:
    """Read a date with its time.

    Raises:
        Unreadable
    """
    text = row[column].replace("/", "-")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise Unreadable(f"「{column}」の「{row[column]}」は日時ではありません。") from None
