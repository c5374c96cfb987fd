"""The payer for tests: what somebody does on a hosted page, and what a test may disturb."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

CHARSET = "cp932"


class NotOnPage(AssertionError):
    """The payer looked for something and it is not there; the message shows what is."""


@dataclass(frozen=True, slots=True)
class Return:
    """Where the payer's browser goes after the provider: the address, and what it posts there."""

    url: str
    method: str = "GET"
    body: bytes = b""

    @property
    def fields(self) -> dict[str, str]:
        return dict(httpx.QueryParams(self.body.decode()).items()) if self.body else {}


class Payer:
    """Somebody with a browser, standing on a provider's page."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.Client(trust_env=False, timeout=30)
        self.page: httpx.Response | None = None
        self.form: _Form = _Form()

    def opens(self, url: str) -> "Payer":
        """Follow the product's redirect to a hosted page."""
        return self._see(self.http.get(url))

    def posts(
        self, url: str, fields: Mapping[str, str] | tuple[tuple[str, str], ...], charset: str
    ) -> "Payer":
        """Send the product's form as a browser would, in its character set."""
        encoding = CHARSET if charset.lower() in ("shift_jis", CHARSET) else charset
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        body = urlencode(pairs, encoding=encoding, errors="xmlcharrefreplace")
        return self._see(self.http.post(url, content=body, headers=_FORM))

    def pays(self, method: str = "", *, number: str = "4242 4242 4242 4242") -> Return | None:
        """Press the button that pays; where the browser goes then, or None if it stays."""
        return self._press({"way": "pay", "method": method, "number": number})

    def gives_up(self) -> Return | None:
        return self._press({"way": "cancel"})

    @property
    def words(self) -> str:
        """What the page says."""
        assert self.page is not None
        encoding = "cp932" if "shift_jis" in self.page.headers["content-type"].lower() else "utf-8"
        text = re.sub(
            r"<(style|script).*?</\1>", " ", self.page.content.decode(encoding), flags=re.S
        )
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    def _see(self, page: httpx.Response) -> "Payer":
        self.page = page
        self.form = _Form()
        encoding = (
            "cp932" if "shift_jis" in page.headers.get("content-type", "").lower() else "utf-8"
        )
        self.form.feed(page.content.decode(encoding))
        return self

    def _press(self, given: dict[str, str]) -> Return | None:
        if self.page is None or self.form.action is None:
            raise NotOnPage(f"there is nothing to press: {self.words}")
        chosen = {**self.form.fields, **{name: value for name, value in given.items() if value}}
        url = urljoin(str(self.page.url), self.form.action)
        body = urlencode(chosen, encoding=CHARSET if self.form.charset else "utf-8")
        page = self.http.post(url, content=body, headers=_FORM)
        if page.is_redirect:
            return Return(urljoin(url, page.headers["location"]))
        self._see(page)
        action = self.form.action
        if self.form.name == "back" and action is not None:
            sent = urlencode(self.form.fields, encoding=CHARSET)
            return Return(action, "POST", sent.encode())
        return None


_FORM = {"content-type": "application/x-www-form-urlencoded"}


class _Form(HTMLParser):
    """The form of a page: where it goes and what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.name = ""
        self.charset = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
            self.name, self.charset = given.get("name", ""), given.get("accept-charset", "")
        if tag == "input" and given.get("name"):
            if given.get("type") == "radio" and "checked" not in given:
                return
            self.fields[given["name"]] = given.get("value", "")


class Desk:
    """The control of a simulator: faults, the clock, the shop, the bank, the files."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def faults(self, *, endpoint: str = "*", count: int | None = None, **faults: object) -> None:
        """Set faults; `reset=True` ends them all."""
        self._do({"endpoint": endpoint, "count": count, **faults})

    def advance(self, seconds: float) -> None:
        self._do({"clock": {"advance_seconds": seconds}})

    def charge_back(self, merchant_ref: str) -> None:
        self._do({"chargeback": merchant_ref})

    def win_dispute(self, merchant_ref: str) -> None:
        self._do({"won": merchant_ref})

    def konbini(self, merchant_ref: str, *, paid: bool) -> None:
        self._do({"konbini": {"merchant_ref": merchant_ref, "paid": paid}})

    def expire(self, merchant_ref: str) -> None:
        self._do({"expire": merchant_ref})

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/__control").json())

    def told(self, provider: str) -> list[dict[str, Any]]:
        """Every try to tell the merchant something, oldest first."""
        return [one for one in self.state()["told"] if one["provider"] == provider]

    def calls(self, place: str) -> list[int]:
        """The statuses of the calls to one endpoint, oldest first."""
        return [status for name, status in self.state()["calls"] if name == place]

    def moved(self, merchant_ref: str) -> list[tuple[str, int]]:
        """What moved under one reference: kind and yen."""
        found = self.state()["movements"]
        return [(m["kind"], m["amount"]) for m in found if m["merchant_ref"] == merchant_ref]

    def settlement(self, provider: str, day: str = "") -> bytes:
        answer = self.http.get(
            f"/__control/settlement/{provider}", params={"day": day} if day else {}
        )
        assert answer.status_code == 200, answer.text
        return answer.content

    def _do(self, body: dict[str, object]) -> None:
        answer = self.http.post("/__control", json=body)
        assert answer.status_code == 200, answer.text
