"""What is wrong with a menu: what keeps it from being published (red), and what somebody should look at."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from yakuba.richmenus import definition
from yakuba.richmenus.definition import Cell, Menu, Tab
from yakuba.richmenus.rules import grids, objects
from yakuba.richmenus.rules.areas import most_cells
from yakuba.richmenus.rules.grids import At, Grid

RED, YELLOW = "red", "yellow"
_LONGEST_URL = 1000  # LINE takes 10,000 since 2026-10; older telephones may not
_GONE = {"archived", "draft"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a menu: where it is (`tab`, and the number of the area), and what to do."""

    severity: str
    sentence: str
    tab: str = ""
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the menu is judged by: procedures by slug (title, status), links that were dead, and the day."""

    procedures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dead_links: Mapping[str, str] = field(default_factory=dict)  # address: what came of it
    pictures: frozenset[str] | None = None  # files that are there; None: not looked
    now: str = ""  # 2026-11-22T09:00, Japan


def findings(menu: Menu, around: Surroundings) -> list[Finding]:
    """Return everything that is wrong, the red first, else in the order of the menu."""
    found: list[Finding] = []
    if not menu.chat_bar.strip():
        found.append(
            Finding(RED, "トークの下に出る言葉が空です。「メニュー」などと入れてください。")
        )
    for tab in menu.tabs:
        found += _of_tab(menu, tab, around)
        for number, cell in enumerate(tab.cells):
            found += [
                Finding(severity, f"「{_called(cell, number)}」：{sentence}", tab.key, number)
                for severity, sentence in _of_cell(menu, tab, cell, around)
            ]
    return sorted(found, key=lambda one: one.severity != RED)


def _called(cell: Cell, number: int) -> str:
    return cell.title or cell.label or f"{number + 1}番目の場所"


_FAULTS = {
    "outside": "枠からはみ出しています。",
    "overlap": "ほかの場所と重なっています。",
    "gap": "押せる場所のないすき間があります。",
    "many": "押せる場所は20か所までです。",
}


def _of_tab(menu: Menu, tab: Tab, around: Surroundings) -> Iterator[Finding]:
    cells = [At(*cell.at) for cell in tab.cells]
    where = f"タブ「{tab.name or tab.key}」：" if len(menu.tabs) > 1 else ""
    for fault in grids.faults(Grid(*tab.grid), cells):
        severity = YELLOW if fault.kind == "gap" else RED
        number = fault.cell if fault.cell >= 0 else None
        yield Finding(severity, where + _FAULTS[fault.kind], tab.key, number)
    most = most_cells(menu, tab)
    if most < len(cells) <= grids.MOST_AREAS:
        yield Finding(
            RED,
            f"{where}上のタブと合わせて20か所までなので、{most}か所までにしてください。",
            tab.key,
        )
    if len(menu.tabs) > 1 and not tab.name.strip():
        yield Finding(RED, f"{where}タブの名前がありません。", tab.key)
    if not any(cell.action for cell in tab.cells):
        yield Finding(RED, f"{where}押して動く場所が1つもありません。", tab.key)
    file = tab.picture.file
    if file is not None and around.pictures is not None and file not in around.pictures:
        yield Finding(RED, f"{where}絵のファイルがありません。もう一度送ってください。", tab.key)
    if len(menu.tabs) > 1 and tab.picture.drawn is None and not _leads_on(tab):
        yield Finding(
            YELLOW,
            f"{where}送った絵にはタブが描かれないので、ほかのタブへ移る場所を作ってください。",
            tab.key,
        )


def _leads_on(tab: Tab) -> bool:
    return any(isinstance(cell.action, definition.SwitchTab) for cell in tab.cells)


def _of_cell(menu: Menu, tab: Tab, cell: Cell, around: Surroundings) -> Iterator[tuple[str, str]]:
    if cell.action is None:
        yield YELLOW, "押しても何も起きません。"
        return
    if not cell.label.strip() and not cell.title.strip():
        yield RED, "読み上げの言葉がありません。目の見えない人に、何の場所か伝わりません。"
    elif not cell.label.strip():
        yield YELLOW, "読み上げの言葉がないので、書いてある文字を読み上げます。"
    match cell.action:
        case definition.StartProcedure(slug=slug):
            yield from _of_procedure(slug, around)
        case definition.SayText(text=text):
            if not text.strip():
                yield RED, "表示する文章が空です。"
        case definition.OpenLink(url=url):
            yield from _of_link(url, around)
        case definition.Telephone(number=number):
            if not re.fullmatch(r"\+?[0-9*#]{3,15}", objects.dialled(number)):
                yield RED, "電話番号が正しくありません。"
        case definition.SwitchTab(key=key):
            if menu.tab(key) is None:
                yield RED, "移る先のタブがありません。"
            elif key == tab.key:
                yield YELLOW, "いま開いているタブ自身に移るようになっています。"
        case definition.PickDate() as picked:
            if picked.procedure:
                yield from _of_procedure(picked.procedure, around)
            yield from _of_dates(picked, around.now)


def _of_procedure(slug: str, around: Surroundings) -> Iterator[tuple[str, str]]:
    if not slug:
        yield RED, "始める手続が選ばれていません。"
        return
    title, status = around.procedures.get(slug, ("", ""))
    if not status:
        yield RED, f"手続「{slug}」はありません。選び直してください。"
    elif status in _GONE:
        words = "保管されています" if status == "archived" else "まだ公開されていません"
        yield RED, f"手続「{title}」は{words}。"
    elif status != "open":
        yield YELLOW, f"手続「{title}」は、いま受け付けていません。"


def _of_link(url: str, around: Surroundings) -> Iterator[tuple[str, str]]:
    if not url.strip():
        yield RED, "リンクのアドレスが空です。"
        return
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good or any(letter.isspace() for letter in url):
        yield RED, "リンクのアドレスが正しくありません。https:// で始まるアドレスを入れてください。"
    elif len(url) > _LONGEST_URL:
        yield RED, "リンクのアドレスが長すぎます（1,000字まで）。"
    elif url in around.dead_links:
        yield YELLOW, f"リンク先が開けませんでした（{around.dead_links[url]}）。"


def _of_dates(picked: definition.PickDate, now: str) -> Iterator[tuple[str, str]]:
    shape = {
        "date": r"\d{4}-\d\d-\d\d",
        "time": r"\d\d:\d\d",
        "datetime": r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d",
    }[picked.mode]
    for value in (picked.earliest, picked.latest):
        if value and not re.fullmatch(shape, value):
            yield RED, f"選べる日時「{value}」の書き方が正しくありません。"
            return
    if picked.earliest and picked.latest and picked.earliest >= picked.latest:
        yield RED, "選べる日時の終わりが、始まりより前になっています。"
    elif (
        picked.mode != "time"
        and picked.latest
        and now
        and picked.latest < now[: len(picked.latest)]
    ):
        yield YELLOW, "選べる日時が、もう過ぎています。"
