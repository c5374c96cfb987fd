"""A resident's page inside LINE without a browser: signs in by ID token, reads forms, posts them."""

from html.parser import HTMLParser

import httpx
from django.conf import settings

from simulators.line.driver import Resident


class _Form(HTMLParser):
    """The form of the page's middle, and the page's words; the header has forms of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, list[str]] = {}
        self.action = ""
        self.words: list[str] = []
        self._is_middle = self._is_in = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._is_middle = True
        if tag == "form" and self._is_middle and not self.action:
            self.action, self._is_in = given.get("action", ""), True
        if tag == "input" and self._is_in and given.get("type") == "hidden" and given.get("name"):
            self.hidden.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Pages:
    """What one resident sees of the pages below /p/."""

    def __init__(self, url: str, resident: Resident) -> None:
        self.http = httpx.Client(base_url=url, trust_env=False, follow_redirects=False, timeout=30)
        self.resident = resident
        answer = self.http.post("/p/session", json={"id_token": resident.id_token()})
        assert answer.status_code == 200, answer.text
        self.html = self.path = ""
        self.form = _Form()

    def open(self, address: str) -> "Pages":
        """Open a LIFF address, or a path below /p/."""
        base = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/"
        path = address.removeprefix(base) if address.startswith(base) else address
        self.path = "/p/" + path.removeprefix("/p/").partition("?")[0]
        return self._read(self.http.get("/p/" + path.removeprefix("/p/")))

    def post(self, **fields: str | list[str]) -> "Pages":
        """Post the form that is open, with its hidden fields and `fields`."""
        data: dict[str, str | list[str]] = {**self.form.hidden, **fields}
        data = {name.replace("__", ":"): value for name, value in data.items()}
        headers = {"Origin": str(self.http.base_url).rstrip("/")}
        return self._read(self.http.post(self.form.action, data=data, headers=headers))

    def _read(self, answer: httpx.Response) -> "Pages":
        assert answer.status_code == 200, (answer.status_code, answer.text[:600])
        self.html, self.form = answer.text, _Form()
        self.form.feed(answer.text)
        return self

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.form.words).split())
