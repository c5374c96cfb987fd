"""How the doors look: a wooden door with a lamp and a keypad, on a phone as on a desk."""

import html
from datetime import datetime
from pathlib import Path

from starlette.responses import HTMLResponse

from simulators.line.clock import JAPAN
from simulators.locks.doors import Door

_STYLE = (Path(__file__).parent / "look.css").read_text()
_SCRIPT = (Path(__file__).parent / "keypad.js").read_text()
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "消す", "0", "✓")


def page(title: str, body: str) -> HTMLResponse:
    answer = HTMLResponse(
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_e(title)}｜ドア（模擬）</title><style>{_STYLE}</style></head><body>"
        '<aside class="trial" aria-label="お知らせ">ためし（本物のドアは開きません）</aside>'
        f"<main><h1>{_e(title)}</h1>{body}</main></body></html>"
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def all_doors(doors: list[Door], now: datetime) -> HTMLResponse:
    """Every door, and whether its lock still speaks."""
    rows = "".join(
        f'<li><a class="sheet" href="/doors/{_e(one.id)}">{_picture(one, now, is_small=True)}'
        f"<span><strong>{_e(one.name)}</strong>{_facts(one, now)}</span></a></li>"
        for one in doors
    )
    words = (
        f"<p>いまは {_time(now)} です。ドアを選ぶと、キーパッドで番号を試せます。</p>"
        f'<ul class="doors">{rows}</ul>'
    )
    return page("施設のドア", words)


def one_door(door: Door, now: datetime) -> HTMLResponse:
    """The door, its keypad, and what a caretaker could do to it."""
    keys = "".join(
        f'<button type="button" data-key="{key}"{" class=ok" if key == "✓" else ""}'
        f' aria-label="{ {"消す": "1文字消す", "✓": "決定"}.get(key, key) }">{key}</button>'
        for key in _KEYS
    )
    log = "".join(f"<li><time>{_time(at)}</time> {_e(words)}</li>" for at, words in door.log[:8])
    body = (
        f'<p><a href="/">← ドアの一覧</a>　いまは {_time(now)} です。</p>'
        f'<div class="stage">{_picture(door, now)}'
        f'<form class="keypad" data-door="{_e(door.id)}" aria-label="キーパッド">'
        '<label for="code">番号</label>'
        '<input id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="12">'
        f'<p class="said" role="status" data-said>番号を押して、✓ を押してください。</p>'
        f'<div class="keys">{keys}</div>'
        '<p class="hint">「411 ✓」で、いますぐ本部と同期します。</p></form></div>'
        f'<section class="sheet"><h2>この錠のようす</h2>{_facts(door, now)}{_known(door, now)}'
        f'<div class="deeds">{_deeds(door)}</div></section>'
        f'<section class="sheet"><h2>さいきんの出来事</h2><ul class="log">{log or "<li>まだありません</li>"}</ul></section>'
        f"<script>{_SCRIPT}</script>"
    )
    return page(door.name, body)


def _picture(door: Door, now: datetime, *, is_small: bool = False) -> str:
    is_open = door.is_open(now)
    words = "開いています" if is_open else "閉まっています"
    return (
        f'<div class="frame{" small" if is_small else ""}" data-open="{str(is_open).lower()}" role="img" aria-label="{words}" data-picture>'
        '<div class="inside"></div><div class="leaf"><span class="window"></span><span class="knob"></span></div>'
        '<span class="lamp"></span></div>'
    )


def _facts(door: Door, now: datetime) -> str:
    seen = _time(door.seen_at) if door.seen_at else "まだ"
    beat = _time(door.next_beat) if door.is_beating else "止めています"
    marks = [
        ("ok" if door.is_online else "bad", "Wi-Fiあり" if door.is_online else "Wi-Fiなし"),
        ("ok" if door.battery > 20 else "bad", f"電池 {door.battery}%"),
        ("ok", f"覚えている番号 {len(door.known)}"),
    ]
    if door.is_held_open:
        marks.append(("bad", "開けたまま"))
    if door.clock_skew:
        marks.append(("bad", f"錠の時計 {_time(now, door.clock_skew)}"))
    badges = "".join(f'<span class="mark {kind}">{_e(words)}</span>' for kind, words in marks)
    return f'<span class="facts">{badges}<small>最後の同期 {seen}　つぎの同期 {beat}</small></span>'


def _known(door: Door, now: datetime) -> str:
    here = door.local(now)
    rows = "".join(
        f"<li><strong>{_e(one.pin)}</strong> {one.starts:%m/%d %H:%M}〜{one.ends:%m/%d %H:%M}"
        f"　{'いま開きます' if one.starts <= here < one.ends else 'いまは開きません'}</li>"
        for one in sorted(door.known.values(), key=lambda one: one.starts)
    )
    return f"<details><summary>錠が覚えている番号（本物では見えません）</summary><ul>{rows or '<li>ありません</li>'}</ul></details>"


def _deeds(door: Door) -> str:
    offered = [
        ("beat", "いま同期する"),
        ("stop", "同期を止める") if door.is_beating else ("start", "同期を始める"),
        ("offline", "Wi-Fiを切る") if door.is_online else ("online", "Wi-Fiをつなぐ"),
        ("low", "電池を減らす") if door.battery > 20 else ("battery", "電池を替える"),
        ("replace", "錠を取り替える"),
    ]
    return "".join(
        f'<form method="post" action="/doors/{_e(door.id)}?do={deed}"><button class="quiet">{words}</button></form>'
        for deed, words in offered
    )


def _time(at: datetime, skew: float = 0.0) -> str:
    local = at.astimezone(JAPAN)
    if skew:
        local = datetime.fromtimestamp(local.timestamp() + skew, JAPAN)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _e(text: str) -> str:
    return html.escape(text, quote=True)
