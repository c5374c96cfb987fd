"""The pictures of the menu's areas: strokes on a square of 24, drawn by us and shown in the console from the same lines.

A path is written as in SVG with M, L, H, V, C, A (of circles) and Z, always absolute; `O x y r` is a
circle, which SVG has no letter for.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Icon(NamedTuple):
    """A picture: what it is called, its lines, and what is filled."""

    label: str | Promise
    lines: str
    fills: str = ""


ICONS: dict[str, Icon] = {
    "home": Icon(_("家"), "M3 11.5 L12 4 L21 11.5 M5.5 10 V20 H18.5 V10 M10 20 V14 H14 V20"),
    "garbage": Icon(
        _("ごみ"),
        "M4 7 H20 M9 7 V4 H15 V7 M6 7 L7 20.5 H17 L18 7 M10 11 L10.3 17 M14 11 L13.7 17",
    ),
    "child": Icon(
        _("子ども"),
        "O 12 12 8.5 M8.5 14.5 C9.5 17 14.5 17 15.5 14.5 M12 3.5 C12 1.8 14 1.8 14.2 3",
        "O 9 11 1.1 O 15 11 1.1",
    ),
    "disaster": Icon(
        _("防災"), "M3.5 16.5 C3.5 4.5 20.5 4.5 20.5 16.5 M2 16.5 H22 V19 H2 Z M12 7.5 V12.5"
    ),
    "reserve": Icon(
        _("予約"), "M4 5.5 H20 V20 H4 Z M4 10 H20 M8 3 V7 M16 3 V7 M8.5 14.8 L11 17.2 L15.8 12.6"
    ),
    "apply": Icon(
        _("申請"),
        "M13 3.5 H5 V20.5 H19 V13 M8.5 9 H12 M8.5 13 H10.5 M8.5 17 H15 M12.5 13.5 L13.2 10.5 L19.5 4.2 L21.8 6.5 L15.5 12.8 Z",
    ),
    "phone": Icon(
        _("電話"),
        "M5.5 3.5 H9 L10.8 8.3 L8.6 10.2 C9.8 12.6 11.4 14.2 13.8 15.4 L15.7 13.2 L20.5 15 V18.5 C20.5 19.6 19.6 20.5 18.5 20.5 C10.5 20 4 13.5 3.5 5.5 C3.5 4.4 4.4 3.5 5.5 3.5 Z",
    ),
    "map": Icon(
        _("地図"),
        "M12 21.5 C8 16.8 5.5 13.3 5.5 9.5 A6.5 6.5 0 0 1 18.5 9.5 C18.5 13.3 16 16.8 12 21.5 Z O 12 9.5 2.4",
    ),
    "calendar": Icon(
        _("カレンダー"),
        "M4 5.5 H20 V20 H4 Z M4 10 H20 M8 3 V7 M16 3 V7",
        "O 8 13.2 1 O 12 13.2 1 O 16 13.2 1 O 8 16.8 1 O 12 16.8 1",
    ),
    "news": Icon(
        _("お知らせ"), "M4 10 V15 L7.5 15.5 L18 19.5 V5 L7.5 9.5 Z M8 15.5 V20 H11 V17 M21 10 V14.5"
    ),
    "health": Icon(
        _("健康"),
        "M12 20.5 C5 15.5 2.5 12 2.5 8.5 C2.5 3.8 9 2.5 12 7 C15 2.5 21.5 3.8 21.5 8.5 C21.5 12 19 15.5 12 20.5 Z M6 11.5 H9.5 L11 8.8 L13.2 14 L14.6 11.5 H18",
    ),
    "bus": Icon(
        _("バス"),
        "M4 18 V6 C4 4.6 5.2 4 6.5 4 H17.5 C18.8 4 20 4.6 20 6 V18 Z M4 12.5 H20 M12 4 V12.5 M6 18 V20.5 M18 18 V20.5",
        "O 7.5 15.3 1.1 O 16.5 15.3 1.1",
    ),
    "snow": Icon(
        _("雪"),
        "M12 2.5 V21.5 M3.8 7.2 L20.2 16.8 M3.8 16.8 L20.2 7.2 M9.5 4.2 L12 6.7 L14.5 4.2 M9.5 19.8 L12 17.3 L14.5 19.8 M3.6 10.6 L7 9.1 L6.6 5.5 M20.4 13.4 L17 14.9 L17.4 18.5 M3.6 13.4 L7 14.9 L6.6 18.5 M20.4 10.6 L17 9.1 L17.4 5.5",
    ),
    "water": Icon(
        _("水道"),
        "M12 2.8 C8 8.2 5.5 11.6 5.5 15 A6.5 6.5 0 0 0 18.5 15 C18.5 11.6 16 8.2 12 2.8 Z M9 15 C9 16.8 10.2 18 12 18",
    ),
    "library": Icon(
        _("図書館"),
        "M12 6.5 C9.5 4.3 6 4 3 4.8 V18.8 C6 18 9.5 18.3 12 20.5 C14.5 18.3 18 18 21 18.8 V4.8 C18 4 14.5 4.3 12 6.5 Z M12 6.5 V20.5",
    ),
    "vote": Icon(_("投票"), "M3 12 H21 V20.5 H3 Z M7 12 V3.5 H17 V12 M9.7 7.6 L11.4 9.2 L14.5 6"),
    "tax": Icon(
        _("税・お金"),
        "O 12 12 9 M8.5 7 L12 11.8 L15.5 7 M12 11.8 V17.5 M9 12.3 H15 M9 14.9 H15",
    ),
    "talk": Icon(
        _("相談"),
        "M3 4 H16.5 V13 H9 L5.8 16 V13 H3 Z M19 8 H21 V17.5 H18.6 V20.5 L15.3 17.5 H10.5 V16",
    ),
    "menu": Icon(_("メニュー"), "M4 6.5 H20 M4 12 H20 M4 17.5 H20"),
    "back": Icon(_("戻る"), "M9 5 L3.5 10.5 L9 16 M3.5 10.5 H15 A4.5 4.5 0 0 1 15 19.5 H9"),
    "alarm": Icon(_("警報"), "M12 3.5 L2.5 20 H21.5 Z M12 9.5 V14.5", "O 12 17.2 1.2"),
    "shelter": Icon(
        _("避難所"),
        "M2.5 10.5 L12 3 L21.5 10.5 M4.5 9 V20.5 H19.5 V9 M12 16 L8.6 20.3 M12 16 L15.4 20.3 M12 12.8 V16 M8.6 14.3 H15.4",
        "O 12 10.3 1.7",
    ),
    "person": Icon(_("マイページ"), "O 12 8 4.2 M4 20.5 A8 8 0 0 1 20 20.5"),
    "family": Icon(
        _("家族"),
        "O 8 7 3.2 O 16.8 9.2 2.4 M2 20 A6 6 0 0 1 14 20 M14.2 15.6 A4.6 4.6 0 0 1 21.8 20",
    ),
    "senior": Icon(
        _("高齢の方"),
        "O 10 5.2 2.6 M10 8.5 C7 10 6.5 13 7 16 L5.5 20.5 M10 8.5 C11 11.5 13 12.5 15.5 12.5 M7 16 L10.5 17 L11 20.5 M17.5 20.5 V13.5 C17.5 11.8 15.5 11.8 15.5 13",
    ),
    "hospital": Icon(
        _("病院"), "M4 20.5 V4 H20 V20.5 Z M12 7.5 V13.5 M9 10.5 H15 M9.5 20.5 V16.5 H14.5 V20.5"
    ),
    "school": Icon(
        _("学校"),
        "M2 9.5 L12 4.5 L22 9.5 L12 14.5 Z M6 11.5 V17 C9 19.8 15 19.8 18 17 V11.5 M22 9.5 V15.5",
    ),
    "camera": Icon(
        _("写真で知らせる"), "M3 7.5 H7.5 L9 4.5 H15 L16.5 7.5 H21 V19.5 H3 Z O 12 13.2 3.6"
    ),
    "road": Icon(_("道路"), "M8.5 4 L3 20.5 M15.5 4 L21 20.5 M12 4.5 V7 M12 10.5 V13 M12 16.5 V20"),
    "fire": Icon(
        _("火事・消防"),
        "M12 2.5 C13 6.5 18.5 9 18.5 14.5 A6.5 6.5 0 0 1 5.5 14.5 C5.5 11.8 7 10 8 8.5 C8.6 10.2 9.4 11 10.3 11.2 C9.8 8 10.3 5 12 2.5 Z M12 21 C9.6 19.4 9.6 16.8 12 14.5 C14.4 16.8 14.4 19.4 12 21",
    ),
    "mail": Icon(_("郵便・メール"), "M3 5.5 H21 V18.5 H3 Z M3.5 6.5 L12 13 L20.5 6.5"),
    "search": Icon(_("さがす"), "O 10.5 10.5 6.5 M15.4 15.4 L21 21"),
    "question": Icon(
        _("よくある質問"),
        "O 12 12 9 M9.2 9.5 C9.2 5.8 14.8 5.8 14.8 9.5 C14.8 11.8 12 11.8 12 14",
        "O 12 17.2 1.2",
    ),
    "gift": Icon(
        _("ポイント"),
        "M3.5 8 H20.5 V12 H3.5 Z M5 12 V20.5 H19 V12 M12 8 V20.5 M12 8 C6 8 6.5 2.5 9.5 3.5 C11 4 12 8 12 8 C12 8 13 4 14.5 3.5 C17.5 2.5 18 8 12 8",
    ),
    "card": Icon(
        _("マイナンバーカード"),
        "M2.5 5.5 H21.5 V18.5 H2.5 Z O 8 10.5 2 M4.8 15.8 A3.2 3.2 0 0 1 11.2 15.8 M14 10 H18.5 M14 14 H18.5",
    ),
    "parking": Icon(_("駐車場"), "M4 4 H20 V20 H4 Z M10 17 V7.5 H12.8 A3 3 0 0 1 12.8 13.5 H10"),
    "mountain": Icon(_("観光"), "M2 19.5 L9 7 L13 14 L15.5 10 L22 19.5 Z M6.8 11 L9 12.6 L11.3 11"),
    "animal": Icon(
        _("犬・動物"),
        "M12 12 C9 12 6.5 15.5 7 18 C7.5 20.5 10 19.8 12 19.8 C14 19.8 16.5 20.5 17 18 C17.5 15.5 15 12 12 12 Z",
        "O 5.2 10.8 1.8 O 9.2 6.6 2 O 14.8 6.6 2 O 18.8 10.8 1.8",
    ),
    "river": Icon(
        _("川・雨"),
        "M2.5 9 C5 6 7 6 9.5 9 C12 12 14 12 16.5 9 C18 7.2 20 7 21.5 8.2 M2.5 15.5 C5 12.5 7 12.5 9.5 15.5 C12 18.5 14 18.5 16.5 15.5 C18 13.7 20 13.5 21.5 14.7",
    ),
    "hot_spring": Icon(
        _("温泉"),
        "M5 13 C2 17.5 6 20.5 12 20.5 C18 20.5 22 17.5 19 13 M8 15 C6.5 12.5 9.5 10.5 8 7.5 M12 15 C10.5 12 13.5 9 12 5 M16 15 C14.5 12.5 17.5 10.5 16 7.5",
    ),
    "next": Icon(_("つぎへ"), "M3.5 12 H20 M13.5 5 L20.5 12 L13.5 19"),
}


def svg_paths(icon: Icon) -> tuple[str, str]:
    """Return the lines and the filled part as SVG writes them."""
    return _as_svg(icon.lines), _as_svg(icon.fills)


def _as_svg(path: str) -> str:
    words = path.split()
    written: list[str] = []
    while words:
        word = words.pop(0)
        if word != "O":
            written.append(word)
            continue
        x, y, r = (float(words.pop(0)) for _number in range(3))
        half = f"A{r:g} {r:g} 0 0 1"
        written.append(f"M{x - r:g} {y:g} {half} {x + r:g} {y:g} {half} {x - r:g} {y:g} Z")
    return " ".join(written)
