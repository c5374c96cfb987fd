"""The HTTP side: the mailbox to look at, the letters as JSON, and the control."""

import html
import re
import time
from dataclasses import asdict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from simulators.mail.post import FAULTS, Fault, Letter, Office

_STYLE = """
body { font: 16px/1.7 "Noto Sans JP", sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
header { color: #666; } article { border: 1px solid #ccc; border-radius: 8px; padding: 1rem; margin: 1rem 0; }
h2 { font-size: 1.05rem; margin: 0; } dl { display: grid; grid-template-columns: 4rem 1fr; margin: .5rem 0; color: #555; }
dd { margin: 0; } pre { white-space: pre-wrap; font: inherit; margin: 0; }
@media (prefers-color-scheme: dark) { body { background: #1a1a1a; color: #eee; } }
"""


def application(office: Office) -> Starlette:
    async def mailbox(request: Request) -> Response:
        letters = _found(office, request)
        shown = "".join(_article(letter) for letter in reversed(letters))
        return HTMLResponse(
            "<!doctype html><html lang='ja'><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width'><meta http-equiv='refresh' content='5'>"
            f"<title>メールボックス（模擬）</title><style>{_STYLE}</style>"
            "<header>シミュレーター：ここに届いたメールは、外には送られません。</header>"
            f"<h1>メールボックス</h1>{shown or '<p>まだメールはありません。</p>'}</html>"
        )

    async def letters(request: Request) -> Response:
        return JSONResponse([asdict(letter) for letter in _found(office, request)])

    async def control(request: Request) -> Response:
        """`{"fault": {"kind": …, "count": …}}`, `{"calm": true}` or `{"forget": true}`; GET tells the state."""
        if request.method == "GET":
            return JSONResponse(_state(office))
        wish = await request.json()
        if wish.get("forget"):
            office.letters.clear()
        if wish.get("calm"):
            office.faults.clear()
        given = wish.get("fault")
        if given is not None:
            if given.get("kind") not in FAULTS:
                words = f"a fault is one of {', '.join(FAULTS)}"
                return JSONResponse({"error": words}, status_code=400)
            office.faults.append(Fault(**given))
        return JSONResponse(_state(office))

    return Starlette(
        routes=[
            Route("/", mailbox),
            Route("/letters", letters),
            Route("/__control", control, methods=["GET", "POST"]),
        ]
    )


def _state(office: Office) -> dict[str, object]:
    waiting = [asdict(fault) for fault in office.faults if fault.count > 0]
    return {"letters": len(office.letters), "faults": waiting}


def _found(office: Office, request: Request) -> list[Letter]:
    address = request.query_params.get("to", "")
    return [letter for letter in office.letters if not address or address in letter.to]


def _article(letter: Letter) -> str:
    when = time.strftime("%m/%d %H:%M:%S", time.localtime(letter.at))
    text = re.sub(
        r"https?://[^\s<]+",
        lambda link: f"<a href='{link[0]}'>{link[0]}</a>",
        html.escape(letter.text),
    )
    return (
        f"<article><h2>{html.escape(letter.subject)}</h2><dl>"
        f"<dt>宛先</dt><dd>{html.escape('、'.join(letter.to))}</dd>"
        f"<dt>差出人</dt><dd>{html.escape(letter.sender)}</dd><dt>受信</dt><dd>{when}</dd></dl>"
        f"<pre>{text}</pre></article>"
    )
