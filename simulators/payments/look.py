"""How the hosted pages look: one column on a phone, and on top that no money moves."""

import html
from collections.abc import Iterable

from starlette.responses import HTMLResponse

from simulators.payments.world import World

_STYLE = """
:root { color-scheme: light; } * { box-sizing: border-box; }
body { margin: 0; font: 17px/1.7 "Noto Sans JP", "Hiragino Sans", sans-serif; color: #1a1a1a; background: #f5f5f5; }
.trial { margin: 0; padding: .5rem 1rem; background: #fff3c4; color: #4a3500; text-align: center; font-weight: 700; }
header.brand { padding: .75rem 1rem; color: #fff; font-weight: 700; background: var(--brand); }
main { max-width: 34rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 1.25rem 0 .5rem; }
.sheet { background: #fff; border: 1px solid #d0d0d0; border-radius: 12px; padding: 1rem; margin: 1rem 0; }
.sum { font-size: 2rem; font-weight: 700; margin: 0; } .to { margin: 0; color: #444; }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600; } fieldset { border: 0; margin: 0; padding: 0; }
legend { font-weight: 700; padding: 0; }
input[type=text], input[type=email], input[type=tel], select { width: 100%; min-height: 48px; padding: .5rem .75rem; font: inherit; border: 1px solid #767676; border-radius: 8px; background: #fff; color: inherit; }
.choice { display: flex; align-items: center; gap: .75rem; min-height: 48px; margin: .25rem 0; font-weight: 400; }
.choice input { width: 24px; height: 24px; margin: 0; }
button, a.button { display: block; width: 100%; min-height: 52px; padding: .75rem; margin: .75rem 0; font: inherit; font-weight: 700; border: 2px solid var(--brand); border-radius: 10px; background: var(--brand); color: #fff; text-align: center; text-decoration: none; cursor: pointer; }
button.quiet, a.button.quiet { background: #fff; color: #1a1a1a; border-color: #767676; }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 4px solid #1a1a1a; outline-offset: 2px; }
.wrong { border-left: 6px solid #b3261e; background: #fdecea; padding: .75rem; margin: 1rem 0; }
.hint { color: #444; font-size: .95rem; margin: .25rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; } dt { color: #444; } dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; } th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #d0d0d0; vertical-align: top; white-space: nowrap; } td.money { text-align: right; }
.wide { max-width: 70rem; } .scroll { overflow-x: auto; }
"""
_BRANDS = {
    "stripe": ("#4b45c4", "Stripe（模擬）"),
    "paypay": ("#c8002a", "PayPay（模擬）"),
    "sbps": ("#1f5e8a", "SBペイメントサービス（模擬）"),
    "bank": ("#3d4a57", "銀行（模擬）"),
}


def page(
    provider: str,
    title: str,
    body: str,
    *,
    status: int = 200,
    is_wide: bool = False,
    charset: str = "utf-8",
    refresh: str = "",
) -> HTMLResponse:
    """Draw one page of a provider, in its character set."""
    colour, brand = _BRANDS[provider]
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    text = (
        f'<!doctype html><html lang="ja"><head><meta charset="{charset}">{again}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}｜{brand}</title><style>:root{{--brand:{colour}}}{_STYLE}</style></head>"
        f'<body><aside class="trial" aria-label="お知らせ">ためし（お金は動きません）</aside>'
        f'<header class="brand">{brand}</header>'
        f"<main{' class=wide' if is_wide else ''}><h1>{safe(title)}</h1>{body}</main></body></html>"
    )
    encoding = "cp932" if charset == "shift_jis" else charset
    answer = HTMLResponse(text.encode(encoding, "xmlcharrefreplace"), status_code=status)
    answer.headers["content-type"] = f"text/html; charset={charset}"
    answer.headers["cache-control"] = "no-store"
    return answer


def safe(text: object) -> str:
    return html.escape(str(text), quote=True)


def bill(world: World, amount: int, currency: str, facts: Iterable[tuple[str, str]] = ()) -> str:
    """Draw who is paid how much, and for what."""
    rows = "".join(f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in facts)
    return (
        f'<section class="sheet" aria-label="お支払いの内容"><p class="to">{safe(world.settings.merchant_name)} へのお支払い</p>'
        f'<p class="sum">{yen(amount, currency)}</p>{f"<dl>{rows}</dl>" if rows else ""}</section>'
    )


def yen(amount: int, currency: str = "jpy") -> str:
    return f"{amount:,}円" if currency.lower() == "jpy" else f"{amount:,} {currency.upper()}"


def form(
    action: str,
    fields: Iterable[tuple[str, str]],
    inside: str,
    *,
    charset: str = "",
    name: str = "",
) -> str:
    """Draw a form with hidden fields; what is seen is `inside`."""
    hidden = "".join(
        f'<input type="hidden" name="{safe(key)}" value="{safe(value)}">' for key, value in fields
    )
    kept = f' accept-charset="{charset}"' if charset else ""
    called = f' name="{name}"' if name else ""
    return f'<form method="post" action="{safe(action)}"{kept}{called}>{hidden}{inside}</form>'


def button(words: str, *, name: str = "", value: str = "", is_quiet: bool = False) -> str:
    kind = ' class="quiet"' if is_quiet else ""
    given = f' name="{name}" value="{safe(value)}"' if name else ""
    return f"<button{kind}{given}>{safe(words)}</button>"


def link(words: str, href: str, *, is_quiet: bool = False) -> str:
    kind = "button quiet" if is_quiet else "button"
    return f'<a class="{kind}" href="{safe(href)}">{safe(words)}</a>'


def wrong(words: str) -> str:
    return f'<div class="wrong" role="alert">{safe(words)}</div>'


def paid(provider: str, words: str, href: str, label: str = "") -> HTMLResponse:
    """The page after paying, for a payer who is not sent back by itself."""
    name = _BRANDS[provider][1]
    way = link(label or "役場のページにもどる", href) if href else ""
    body = f"<p>{safe(words)}</p>{way}<p class='hint'>{name}のページです。この画面は閉じてもかまいません。</p>"
    return page(provider, "お支払いが完了しました", body)
