"""The mail server of the demonstration takes letters, shows them, and misbehaves when told."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
import pytest

from simulators.mail.server import Running, running


@pytest.fixture
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def hand_in(server: Running, *to: str) -> dict[str, tuple[int, bytes]]:
    letter = EmailMessage()
    letter["Subject"] = "受付 R8-000123"
    letter["From"] = "yakuba@town.example.jp"
    letter["To"] = ", ".join(to)
    letter.set_content("一件届きました。\nhttp://localhost:8000/console/x/\n<b>")
    port = urlsplit(server.smtp_url).port or 0
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        return client.send_message(letter)


def test_a_letter_can_be_read_on_the_page_and_as_json(server: Running) -> None:
    hand_in(server, "a@example.jp", "b@example.jp")

    page = httpx.get(f"{server.url}/").text
    (letter,) = httpx.get(f"{server.url}/letters").json()
    assert "受付 R8-000123" in page
    assert "<a href='http://localhost:8000/console/x/'>" in page
    assert "&lt;b&gt;" in page
    assert letter["to"] == ["a@example.jp", "b@example.jp"]
    assert httpx.get(f"{server.url}/letters?to=c@example.jp").json() == []


@pytest.mark.parametrize(
    ("kind", "code"), [("refuse", 550), ("busy", 451)], ids=["for good", "for now"]
)
def test_an_address_is_refused_as_often_as_told(server: Running, kind: str, code: int) -> None:
    fault = {"kind": kind, "count": 1, "address": "b@example.jp"}
    httpx.post(f"{server.url}/__control", json={"fault": fault})

    refused = hand_in(server, "a@example.jp", "b@example.jp")
    again = hand_in(server, "b@example.jp")

    assert refused["b@example.jp"][0] == code
    assert again == {}
    assert [letter.to for letter in server.letters] == [["a@example.jp"], ["b@example.jp"]]


@pytest.mark.parametrize(("kind", "kept"), [("drop", 0), ("drop_after", 1)])
def test_the_line_is_cut_before_or_after_the_letter_is_kept(
    server: Running, kind: str, kept: int
) -> None:
    server.disturb(kind)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        hand_in(server, "a@example.jp")

    assert len(server.letters) == kept


def test_an_unknown_fault_is_refused_with_the_known_ones(server: Running) -> None:
    answer = httpx.post(f"{server.url}/__control", json={"fault": {"kind": "explode"}})

    assert answer.status_code == 400
    assert "refuse" in answer.json()["error"]


def test_what_was_kept_and_what_is_to_come_can_be_forgotten(server: Running) -> None:
    hand_in(server, "a@example.jp")
    server.disturb("busy", count=5)

    state = httpx.post(f"{server.url}/__control", json={"forget": True, "calm": True}).json()

    assert state == {"letters": 0, "faults": []}
