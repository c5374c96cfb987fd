"""How a page of the simulator looks: plain HTML for a phone, made from already escaped parts."""

import html
from pathlib import Path

from starlette.responses import HTMLResponse

_STYLE = (Path(__file__).parent / "page.css").read_text()


def page(
    title: str, body: str, *, company: str, locale: str = "ja", status: int = 200
) -> HTMLResponse:
    """Return a whole page; `body` is HTML, the rest is text."""
    warning = (
        "This is a simulator. No real card is read."
        if locale == "en"
        else "シミュレーターです。本物のカードは読みません。"
    )
    return HTMLResponse(
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{e(title)}</title><style>{_STYLE}</style></head><body>"
        f'<header><p class="company">{e(company)}</p><p class="sim">{e(warning)}</p></header>'
        f"<main><h1>{e(title)}</h1>{body}</main></body></html>",
        status,
        {"cache-control": "no-store", "referrer-policy": "no-referrer"},
    )


def e(text: str) -> str:
    return html.escape(text, quote=True)
