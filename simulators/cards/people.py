"""The people and their cards. None of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Purpose = Literal["sign", "authenticate"]
Reason = Literal[
    "unspecified",
    "key_compromise",
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
    "certificate_hold",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the register of residents has them; texts as a certificate can write them.

    The flags have one digit per character; 1 where the certificate writes another character
    than the register (代替文字).
    """

    key: str
    name: str
    address: str
    born: date
    sex: str  # 1 male, 2 female, 9 other, as in the certificate
    name_flags: str = ""
    address_flags: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """One card (or phone) before its keys are made. Days count from the start of the simulator."""

    key: str
    person: Person
    note: str
    medium: Literal["card", "phone"] = "card"
    generation: str = "2"  # of the root; "rogue" has the same name and another key
    signs: bool = True
    test_policy: bool = False
    from_day: int = -400
    until_day: int = 1400
    revoked: Mapping[Purpose, Reason] = field(default_factory=dict)
    locked: bool = False


_HOONJI = "富山県中新川郡上市町法音寺"
_HANAKO = Person("hanako", "山田花子", f"{_HOONJI}１番地", date(1990, 5, 14), "2")
_SATORU = Person("satoru", "中村悟", f"{_HOONJI}７番地", date(1975, 11, 30), "1")
_SAKURA = Person("sakura", "小林さくら", f"{_HOONJI}８番地", date(1999, 4, 1), "2")
_AOI = Person(
    "aoi", "辻本葵", f"{_HOONJI}字辻６番地", date(1968, 7, 7), "2", "100", "00000000000000" + "1000"
)
_MARIA = Person(
    "maria",
    "MARIA APARECIDA DOS SANTOS OLIVEIRA DE ALBUQUERQUE CAVALCANTI DA SILVA",
    f"{_HOONJI}１２番地",
    date(1986, 12, 24),
    "2",
)

BLANKS = (
    Blank("hanako", _HANAKO, "ふつうのカード"),
    Blank(
        "taro",
        Person("taro", "佐藤太郎", f"{_HOONJI}２番地", date(1948, 3, 3), "1"),
        "ふつうのカード（古い世代の認証局）",
        generation="1",
        until_day=600,
    ),
    Blank(
        "moved",
        Person("keiko", "鈴木恵子", f"{_HOONJI}３番地", date(1982, 9, 9), "2"),
        "引っ越した人：署名用は失効",
        revoked={"sign": "affiliation_changed"},
    ),
    Blank(
        "expired",
        Person("shigeru", "高橋茂", f"{_HOONJI}４番地", date(1955, 1, 20), "1"),
        "有効期限がきのうで切れたカード",
        generation="1",
        from_day=-1826,
        until_day=-1,
    ),
    Blank(
        "child",
        Person("haruto", "山田はると", f"{_HOONJI}１番地", date(2016, 6, 1), "1"),
        "15歳未満：署名用の証明書がない",
        signs=False,
    ),
    Blank("kawari", _AOI, "代替文字のある氏名と住所"),
    Blank(
        "renewed-old",
        _SATORU,
        "更新する前の古いカード",
        generation="1",
        from_day=-1500,
        until_day=300,
        revoked={"sign": "superseded", "authenticate": "superseded"},
    ),
    Blank("renewed", _SATORU, "更新した新しいカード", from_day=-30),
    Blank("phone", _SAKURA, "スマートフォンの電子証明書", medium="phone"),
    Blank("phone-card", _SAKURA, "同じ人のカード"),
    Blank(
        "locked",
        Person("osamu", "伊藤修", f"{_HOONJI}９番地", date(1960, 2, 29), "1"),
        "暗証番号がロックされたカード",
        locked=True,
    ),
    Blank(
        "testpolicy",
        Person("naoto", "渡辺直人", f"{_HOONJI}１０番地", date(1993, 8, 18), "1"),
        "試験環境の証明書のカード",
        test_policy=True,
    ),
    Blank(
        "foreign",
        Person("lan", "NGUYEN THI LAN", f"{_HOONJI}１１番地", date(1997, 10, 2), "2"),
        "外国人住民：ローマ字の氏名",
    ),
    Blank("longname", _MARIA, "とても長い氏名"),
    Blank("rogue", _HANAKO, "にせの認証局が作ったカード", generation="rogue"),
)
