"""What might be somebody's private matter in a message to many.

Numbers that must never be sent are refused elsewhere (`rules.forbidden`); here are warnings, which a clerk may
answer with a reason: a telephone of the town hall looks like one of a person.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from yakuba.broadcasts.rules.content import Content, texts


@dataclass(frozen=True, slots=True)
class Warning:
    """One finding: what it may be, the words found, and where they stand."""

    code: str
    label: str
    found: str
    where: str
    language: str

    @property
    def sentence(self) -> str:
        return f"「{self.found}」は{self.label}かもしれません。{_WHAT_TO_DO[self.code]}"


_LABELS = {
    "telephone": "個人の電話番号",
    "account": "銀行の口座番号",
    "name": "個人の名前",
    "birth": "個人の生年月日",
    "address": "個人の住所",
    "email": "個人のメールアドレス",
    "diagnosis": "個人の病気や福祉の情報",
}
_WHAT_TO_DO = {
    "telephone": "役場などの問い合わせ先であれば、理由を書いてください。",
    "account": "本当に全員に知らせる口座か確かめてください。",
    "name": "大勢に送る文に、特定の人の名前を入れないでください。",
    "birth": "大勢に送る文に、特定の人の生年月日を入れないでください。",
    "address": "施設の住所であれば、理由を書いてください。",
    "email": "問い合わせ先であれば、理由を書いてください。",
    "diagnosis": "特定の人のことが分からない書き方にしてください。",
}

# Mobile numbers belong to persons; a town hall's own are known to the caller.
_TELEPHONE = re.compile(r"(?<!\d)0[5789]0[-(\s]?\d{4}[-)\s]?\d{4}(?!\d)")
_ACCOUNT = re.compile(r"(?:口座(?:番号)?|普通|当座)[^\d\n]{0,8}\d{6,8}(?!\d)")
_NAME = re.compile(r"[一-龥々]{1,4}[\s]?[一-龥々ぁ-んァ-ヶー]{1,5}(?:様|さん|殿)(?![々一-龥])")
_NOT_NAMES = re.compile(
    r"(?:皆|みな|各|お客|お子|親子|奥|患者|子ども|保護者|住民|町民|利用者|参加者|飼い主|世帯主|対象者|障害者)"
)
_BIRTH = re.compile(
    r"(?:明治|大正|昭和|平成|令和|[MTSHR]|\d{4})\.?\s?(?:元|\d{1,2})?[年./-]\s?\d{1,2}[月./-]\s?\d{1,2}日?"
    r"\s?(?:生まれ|うまれ|生(?![活命産徒涯物]))"
    r"|生年月日[^\d\n]{0,6}(?:明治|大正|昭和|平成|令和|[MTSHR])?\s?\d"
)
_ADDRESS = re.compile(r"[一-龥ぁ-んァ-ヶ]{2,12}\d{1,5}番地\s?\d{0,4}|\d{1,4}番\d{1,3}号")
_EMAIL = re.compile(
    r"[\w.+-]+@(?:gmail|yahoo|docomo|ezweb|au|softbank|icloud|outlook|hotmail)\.[\w.]+"
)
_DIAGNOSIS = re.compile(r"(?:要介護[1-5]|生活保護|障害者?手帳|診断(?:名|書)|病歴|滞納)")


def warnings(content: Content, *, known: Collection[str] = ()) -> list[Warning]:
    """Return every finding once; `known` are telephone numbers that are the town's own."""
    ours = {_digits(one) for one in known}
    found: dict[tuple[str, str], Warning] = {}
    for where, language, words in texts(content):
        for code, match in _in(unicodedata.normalize("NFKC", words)):
            if code == "telephone" and _digits(match) in ours:
                continue
            found.setdefault((code, match), Warning(code, _LABELS[code], match, where, language))
    return list(found.values())


def _in(text: str) -> list[tuple[str, str]]:
    found = [("telephone", one[0]) for one in _TELEPHONE.finditer(text)]
    found += [("account", one[0]) for one in _ACCOUNT.finditer(text)]
    found += [("name", one[0]) for one in _NAME.finditer(text) if not _NOT_NAMES.search(one[0])]
    found += [("birth", one[0]) for one in _BIRTH.finditer(text)]
    found += [("address", one[0]) for one in _ADDRESS.finditer(text)]
    found += [("email", one[0]) for one in _EMAIL.finditer(text)]
    # A word about benefits is harmless in a leaflet; beside a person it is not.
    if any(code in ("name", "birth") for code, _words in found):
        found += [("diagnosis", one[0]) for one in _DIAGNOSIS.finditer(text)]
    return found


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
