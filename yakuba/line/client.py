"""Talking to LINE: our own thin client, because the SDK refuses what it does not know and costs 75 MB.

Nothing here decides what is said or when; `sender` does. Never call it inside a transaction.
"""

import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings

from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.line import sockets
from yakuba.line.models import ChannelToken

_TIMEOUT = 5.0  # seconds for connecting, and for each further step
_RENEW_BEFORE = 90.0  # seconds before the end of a token's quarter of an hour

logger = logging.getLogger(__name__)


class Verdict(Enum):
    """What an answer of LINE means for whoever sent."""

    ACCEPTED = "accepted"  # also 409: an earlier attempt with this key was accepted
    RATE = "rate"  # too fast; certainly not done
    QUOTA = "quota"  # the month's messages are used up; certainly not done
    TOKEN = "token"  # the channel access token was not taken; certainly not done
    REFUSED = "refused"  # certainly not done, and asking again would not help
    UNKNOWN = "unknown"  # no answer, or 5xx: it may have been done


@dataclass(frozen=True, slots=True)
class Result:
    """How one sending went. `words` are LINE's own, for staff; they hold no message text."""

    verdict: Verdict
    status: int | None = None
    request_id: str = ""
    words: str = ""


class NotATester(RuntimeError):
    """Something tried to write to people who are no testers, in a trial environment."""


def reply(reply_token: str, messages: Sequence[Mapping[str, Any]]) -> Result:
    """Answer with a token that works once, within a minute; nothing tells whether it was used."""
    return _send("reply", {"replyToken": reply_token, "messages": messages})


def push(user_id: str, messages: Sequence[Mapping[str, Any]], *, retry_key: UUID) -> Result:
    """Send to one person. The same key always with the same messages: LINE delivers them once."""
    _only_testers([user_id])
    return _send("push", {"to": user_id, "messages": messages}, retry_key=retry_key)


def multicast(
    user_ids: Sequence[str],
    messages: Sequence[Mapping[str, Any]],
    *,
    retry_key: UUID,
    unit: str = "",
    is_quiet: bool = False,
) -> Result:
    """Send to at most 500 people; the same key always with the same people in the same order."""
    _only_testers(user_ids)
    body: dict[str, Any] = {"to": list(user_ids), "messages": messages}
    if unit:
        body["customAggregationUnits"] = [unit]
    if is_quiet:
        body["notificationDisabled"] = True
    return _send("multicast", body, retry_key=retry_key)


def get(path: str) -> Any:
    """Read from the Messaging API; None where LINE says 404.

    Raises:
        OutsideFailure: no answer, or a status other than 200.
    """
    return ask("GET", path, absent=(404,))


def ask(method: str, path: str, *, json: Any = None, absent: Collection[int] = ()) -> Any:
    """Ask the Messaging API and return its JSON; None for a status in `absent`.

    Raises:
        OutsideFailure: no answer, or another status than 2xx; permanent for 4xx other than 429.
    """
    answer = _call(method, settings.LINE_API_BASE + path, json=json)
    if answer.status in absent:
        return None
    _must_be_fine(answer, f"{method} {path}")
    return answer.json()


def profile(user_id: str) -> dict[str, Any] | None:
    """Return what LINE shows of a friend; None if they blocked us or did not consent."""
    found = get(f"/v2/bot/profile/{user_id}")
    return dict(found) if found is not None else None


def content(message_id: str) -> bytes | None:
    """Return the bytes of a photo or file of the talk; None while LINE is still preparing them.

    Raises:
        OutsideFailure: permanent when LINE has it no more.
    """
    url = f"{settings.LINE_DATA_BASE}/v2/bot/message/{message_id}/content"
    answer = _call("GET", url, timeout=20.0)
    if answer.status == 202:
        return None
    _must_be_fine(answer, "GET content")
    return answer.content


def upload(path: str, *, content: bytes, content_type: str) -> None:
    """Bring an image to LINE (rich menus).

    Raises:
        OutsideFailure: no answer, or another status than 2xx.
    """
    url = settings.LINE_DATA_BASE + path
    answer = _call("POST", url, content=content, content_type=content_type, timeout=20.0)
    _must_be_fine(answer, f"POST {path}")


def has_content(path: str) -> bool:
    """Tell whether LINE has the image of a rich menu. Raises OutsideFailure."""
    answer = _call("GET", settings.LINE_DATA_BASE + path, timeout=20.0)
    if answer.status == 404:
        return False
    _must_be_fine(answer, f"GET {path}")
    return True


def show_loading(user_id: str, *, seconds: int = 20) -> None:
    """Show the dots that mean "an answer is coming"; silently nothing if the talk is not open."""
    ask("POST", "/v2/bot/chat/loading/start", json={"chatId": user_id, "loadingSeconds": seconds})


def bot_info() -> dict[str, Any]:
    return dict(get("/v2/bot/info") or {})


def webhook_endpoint() -> dict[str, Any] | None:
    """Return `{endpoint, active}`, or None if the channel has no webhook address yet."""
    found = get("/v2/bot/channel/webhook/endpoint")
    return dict(found) if found is not None else None


def set_webhook_endpoint(url: str) -> None:
    ask("PUT", "/v2/bot/channel/webhook/endpoint", json={"endpoint": url})


def try_webhook(url: str = "") -> dict[str, Any]:
    """Have LINE deliver an empty body to us now, and return how it went; 60 an hour at most."""
    return dict(ask("POST", "/v2/bot/channel/webhook/test", json={"endpoint": url} if url else {}))


def quota() -> tuple[int | None, int]:
    """Return the month's allowance (None: there is no limit) and what LINE counts as used."""
    allowed = get("/v2/bot/message/quota") or {}
    used = get("/v2/bot/message/quota/consumption") or {}
    is_limited = allowed.get("type") == "limited"
    return (int(allowed["value"]) if is_limited else None), int(used.get("totalUsage", 0))


def default_rich_menu() -> str | None:
    """Return the id of the default menu made by API; None if there is none.

    Raises:
        OutsideFailure: status 403 when the default menu was made in the Official Account Manager.
    """
    found = get("/v2/bot/user/all/richmenu")
    return str(found["richMenuId"]) if found else None


def _send(kind: str, body: dict[str, Any], *, retry_key: UUID | None = None) -> Result:
    headers = {"X-Line-Retry-Key": str(retry_key)} if retry_key else {}
    url = f"{settings.LINE_API_BASE}/v2/bot/message/{kind}"
    try:
        token = access_token()
    except OutsideFailure as no:
        # LINE has not been asked to send anything yet.
        return Result(Verdict.TOKEN, no.status, words=f"no access token: {no}"[:200])
    try:
        answer = http.call("POST", url, token=token, json=body, headers=headers, timeout=_TIMEOUT)
    except OutsideFailure as silence:
        return Result(Verdict.UNKNOWN, words=str(silence)[:200])
    words = _words(answer)
    verdict = _verdict(answer.status, words)
    if verdict is Verdict.TOKEN:
        forget_token(token)
    request_id = answer.headers.get(
        "x-line-accepted-request-id", answer.headers.get("x-line-request-id", "")
    )
    return Result(verdict, answer.status, request_id[:64], "" if answer.status < 300 else words)


def _verdict(status: int, words: str) -> Verdict:
    if status < 300 or status == 409:
        return Verdict.ACCEPTED
    if status == 401:
        return Verdict.TOKEN
    if status == 429:
        # LINE has four meanings and one status; only the monthly one does not pass by itself.
        return Verdict.QUOTA if "monthly limit" in words else Verdict.RATE
    return Verdict.UNKNOWN if status >= 500 else Verdict.REFUSED


def _words(answer: http.Answer) -> str:
    """Return what LINE says is wrong; it names properties and never repeats their values."""
    try:
        body = answer.json()
    except OutsideFailure:
        return ""
    if not isinstance(body, dict):
        return ""
    parts = [str(body.get("message", ""))]
    for detail in body.get("details") or []:
        if isinstance(detail, dict):
            parts.append(f"{detail.get('property', '')}: {detail.get('message', '')}")
    return "; ".join(part for part in parts if part)[:300]


def _call(
    method: str,
    url: str,
    *,
    json: Any = None,
    content: bytes | None = None,
    content_type: str = "",
    timeout: float = _TIMEOUT,
) -> http.Answer:
    headers = {"Content-Type": content_type} if content_type else {}
    for is_second in (False, True):
        token = access_token()
        answer = http.call(
            method, url, token=token, json=json, content=content, headers=headers, timeout=timeout
        )
        if answer.status != 401 or is_second:
            break
        forget_token(token)
    return answer


def _must_be_fine(answer: http.Answer, what: str) -> None:
    if answer.status < 300:
        return
    is_permanent = 400 <= answer.status < 500 and answer.status not in (401, 429)
    words = f"{what}: {answer.status} {_words(answer)}".strip()
    raise OutsideFailure(words, permanent=is_permanent, status=answer.status)


def _only_testers(user_ids: Sequence[str]) -> None:
    if len(sockets.may_receive(user_ids)) < len(set(user_ids)):
        raise NotATester("in a trial environment only listed testers are written to")


_token_lock = threading.Lock()
_token: tuple[str, float] = ("", 0.0)  # the token, and until when we use it


def access_token() -> str:
    """Return a stateless channel access token; the processes share it through the database.

    Raises:
        OutsideFailure: LINE does not give us one.
    """
    global _token
    with _token_lock:
        token, until = _token
        if time.time() < until:
            return token
        row = ChannelToken.objects.filter(pk=settings.LINE_CHANNEL_ID).first()
        if row is None or row.expires_at.timestamp() - _RENEW_BEFORE < time.time():
            row = _fetch_token()
        _token = (row.token, row.expires_at.timestamp() - _RENEW_BEFORE)
        return row.token


def forget_token(token: str) -> None:
    """Never use `token` again; LINE has said that it is not valid."""
    global _token
    with _token_lock:
        if _token[0] == token:
            _token = ("", 0.0)
        for row in ChannelToken.objects.filter(pk=settings.LINE_CHANNEL_ID):
            if row.token == token:
                row.delete()


def start_afresh() -> None:
    """Forget the token that this process remembers; for tests that point at another LINE."""
    global _token
    with _token_lock:
        _token = ("", 0.0)


def _fetch_token() -> ChannelToken:
    answer = http.call(
        "POST",
        f"{settings.LINE_API_BASE}/oauth2/v3/token",
        form={
            "grant_type": "client_credentials",
            "client_id": settings.LINE_CHANNEL_ID,
            "client_secret": settings.LINE_CHANNEL_SECRET,
        },
        timeout=_TIMEOUT,
    )
    _must_be_fine(answer, "POST /oauth2/v3/token")
    given = answer.json()
    expires_at = datetime.fromtimestamp(time.time() + float(given["expires_in"]), UTC)
    row, _ = ChannelToken.objects.update_or_create(
        pk=settings.LINE_CHANNEL_ID,
        defaults={"token": given["access_token"], "expires_at": expires_at},
    )
    return row
