"""Which column of a file is which column of a register."""

from collections.abc import Iterable, Mapping, Sequence

from yakuba.kit.numbers import is_my_number
from yakuba.registers.rules.files import folded
from yakuba.registers.rules.reading import Raw, written

# What files call a column of a kind, where the town did not say so itself.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "name": ("氏名", "名前", "お名前", "氏名漢字", "氏名(漢字)", "対象者氏名", "宛名"),
    "kana": (
        "ふりがな",
        "フリガナ",
        "カナ",
        "氏名カナ",
        "氏名(カナ)",
        "カナ氏名",
        "よみがな",
        "振り仮名",
    ),
    "day": ("生年月日",),
    "postal": ("郵便番号", "〒"),
    "address": ("住所", "現住所", "所在地"),
    "phone": ("電話番号", "電話", "連絡先", "TEL"),
    "email": ("メールアドレス", "メール", "Eメール", "e-mail"),
}
_MOST_LIKE = 0.5  # of a column's numbers with the right check digit; of others it is one in eleven
_FEWEST = 3

Aliases = Sequence[tuple[str, str, Sequence[str]]]  # key, kind, what it is called


def guess(names: Sequence[str], columns: Aliases) -> dict[str, str]:
    """Return the key of a register's column for each place of the file, "" for none; no key twice."""
    found: dict[str, str] = {str(place): "" for place in range(len(names))}
    free = {key for key, _kind, _called in columns}
    for usual in (False, True):
        for key, kind, called in columns:
            if key not in free:
                continue
            wanted = {folded(one) for one in (_USUAL.get(kind, ()) if usual else called)}
            place = next(
                (n for n, name in enumerate(names) if folded(name) in wanted and not found[str(n)]),
                None,
            )
            if place is not None:
                found[str(place)] = key
                free.discard(key)
    return found


class MyNumbers:
    """Watches each column of a file for マイナンバー."""

    def __init__(self) -> None:
        self._filled: dict[int, int] = {}
        self._fit: dict[int, int] = {}

    def see(self, cells: Iterable[Raw]) -> None:
        for place, cell in enumerate(cells):
            if cell is None or cell == "" or isinstance(cell, bool):
                continue
            words = written(cell)
            if not 12 <= len(words) <= 14:
                if words.strip():
                    self._filled[place] = self._filled.get(place, 0) + 1
                continue
            self._filled[place] = self._filled.get(place, 0) + 1
            if is_my_number(_digits(words)):
                self._fit[place] = self._fit.get(place, 0) + 1

    def places(self) -> list[int]:
        """Return the places of the columns that are such numbers in most of their lines."""
        return [
            place
            for place, count in sorted(self._fit.items())
            if count >= min(_FEWEST, self._filled[place])
            and count > _MOST_LIKE * self._filled[place]
        ]


def _digits(words: str) -> str:
    return "".join(str(int(sign)) for sign in words if sign.isdecimal())
