"""Messages as clerks write them, and a browser that reads them."""

import io
from typing import Any

from django.test import Client
from PIL import Image

from tests.broadcasts.cast import Town
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Delivery
from yakuba.line import sender
from yakuba.portal import operations as portal
from yakuba.portal import queries as sessions
from yakuba.segments import queries as segments


def made(town: Town, *parts: dict[str, Any], condition: object = None, **more: Any) -> Delivery:
    """A draft of these parts."""
    return operations.draft(
        department=town.department,
        name="除雪",
        content={"parts": list(parts), **more},
        condition=segments.everybody() if condition is None else condition,
        staff=town.manager,
    )


def text(words: str, **more: str) -> dict[str, Any]:
    return {"kind": "text", "text": {"ja": words, **more}}


def page_part(**more: Any) -> dict[str, Any]:
    return {"kind": "page", "title": {"ja": "冬の計画"}, "text": {"ja": "長い文章です。"}, **more}


def picture(width: int = 20, height: int = 10) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, "PNG")
    return written.getvalue()


def film(size: int = 0) -> bytes:
    """The boxes of a small MP4; `size` fills its data."""

    def box(kind: bytes, inside: bytes) -> bytes:
        return (len(inside) + 8).to_bytes(4, "big") + kind + inside

    moov = box(b"moov", box(b"trak", box(b"hdlr", b"\0" * 8 + b"vide")))
    return box(b"ftyp", b"isom\0\0\0\0mp42") + moov + box(b"mdat", b"x" * size)


def phone_of(resident: Any) -> Client:
    """A browser inside LINE whose session is the resident's."""
    client = Client()
    account = resident.accounts.get(detached_at=None)
    client.cookies[sessions.COOKIE] = portal.sign_in(user_id=account.line_user_id)
    return client


def deliver(town: Town, delivery: Delivery) -> Delivery:
    town.send(delivery)
    sender.send_waiting()
    delivery.refresh_from_db()
    return delivery
