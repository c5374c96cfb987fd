"""The difference of two menus, in sentences for a clerk."""

from collections.abc import Mapping

from yakuba.richmenus import definition
from yakuba.richmenus.definition import Cell, Menu, Tab


def differences(before: Menu, after: Menu, *, titles: Mapping[str, str] | None = None) -> list[str]:
    """Say what changed; `titles` are of the procedures that are named, by slug."""
    titles = titles or {}
    said: list[str] = []
    if before.chat_bar != after.chat_bar:
        said.append(
            f"メニューを開く言葉を「{before.chat_bar}」から「{after.chat_bar}」に変えました。"
        )
    if before.opens_by_itself != after.opens_by_itself:
        said.append(
            "はじめから開いて見せるようにしました。"
            if after.opens_by_itself
            else "はじめは閉じておくようにしました。"
        )
    for tab in before.tabs:
        if after.tab(tab.key) is None:
            said.append(f"タブ「{tab.name}」をなくしました。")
    for tab in after.tabs:
        old = before.tab(tab.key)
        if old is None:
            said.append(f"タブ「{tab.name}」を加えました（{len(tab.cells)}か所）。")
        else:
            said += _of_tab(old, tab, after, titles)
    kept = [tab.key for tab in before.tabs if after.tab(tab.key) is not None]
    if kept != [tab.key for tab in after.tabs if before.tab(tab.key) is not None]:
        said.append("タブの順番を変えました。")
    return said


def _of_tab(old: Tab, new: Tab, menu: Menu, titles: Mapping[str, str]) -> list[str]:
    where = f"タブ「{new.name}」の" if len(menu.tabs) > 1 else ""
    said = []
    if old.name != new.name:
        said.append(f"タブ「{old.name}」の名前を「{new.name}」に変えました。")
    if old.height != new.height:
        said.append(f"{where}高さを{'大' if new.height == 'full' else '小'}に変えました。")
    if old.picture != new.picture:
        said.append(f"{where}絵を変えました。")
    ground = [cell.at for cell in old.cells] == [cell.at for cell in new.cells]
    if not ground or old.grid != new.grid:
        said.append(
            f"{where}分け方を変えました（{len(old.cells)}か所から{len(new.cells)}か所に）。"
        )
    for place, (one, other) in enumerate(zip(old.cells, new.cells, strict=False)):
        said += _of_cell(one, other, f"{where}「{_called(other, place)}」", titles)
    for place, cell in list(enumerate(new.cells))[len(old.cells) :]:
        said.append(f"{where}「{_called(cell, place)}」を加えました。")
    for place, cell in list(enumerate(old.cells))[len(new.cells) :]:
        said.append(f"{where}「{_called(cell, place)}」をなくしました。")
    return said


def _called(cell: Cell, place: int) -> str:
    return cell.title or cell.label or f"{place + 1}番目"


def _of_cell(old: Cell, new: Cell, what: str, titles: Mapping[str, str]) -> list[str]:
    said = []
    if old.title != new.title:
        said.append(f"{what}の文字を変えました（前は「{old.title or 'なし'}」）。")
    if old.note != new.note:
        said.append(f"{what}の小さい文字を変えました。")
    if old.icon != new.icon:
        said.append(f"{what}の絵柄を変えました。")
    if old.label != new.label:
        said.append(f"{what}の読み上げを「{new.label}」に変えました。")
    if old.action != new.action:
        said.append(
            f"{what}を押したときの動きを変えました：{doing(old, titles)} → {doing(new, titles)}"
        )
    return said


def doing(cell: Cell, titles: Mapping[str, str]) -> str:
    """Say in a few words what pressing the area does."""
    match cell.action:
        case definition.StartProcedure(slug=slug):
            return f"手続「{titles.get(slug, slug)}」"
        case definition.SayText(text=text):
            return f"文章「{text[:20]}」"
        case definition.OpenLink(url=url):
            return f"リンク {url[:60]}"
        case definition.Telephone(number=number):
            return f"電話 {number}"
        case definition.OpenPage(path=path):
            return f"ページ {path or 'マイページ'}"
        case definition.SwitchTab(key=key):
            return f"タブ {key}"
        case definition.PickDate(procedure=slug):
            return f"日付を選ぶ（{titles.get(slug, slug)}）" if slug else "日付を選ぶ"
    return "なし"
