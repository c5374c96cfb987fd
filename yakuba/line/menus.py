"""Rich menus over the wire. LINE never changes a menu: another content is another menu, under another id.

Nothing here decides what is made or who sees it; `richmenus` does. Never call it inside a transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings

from yakuba.kit.errors import OutsideFailure
from yakuba.line import client
from yakuba.line.client import Result, Verdict

MOST_USERS = 500  # of one bulk link
NOT_THERE = Result(Verdict.UNKNOWN, words="LINE has not got the menu yet")


def create(body: Mapping[str, Any]) -> str:
    """Make a menu without a picture, and return LINE's id of it. Raises OutsideFailure."""
    return str(client.ask("POST", "/v2/bot/richmenu", json=dict(body))["richMenuId"])


def problems(body: Mapping[str, Any]) -> str:
    """Ask LINE whether it would take the menu; return what it says against it, or nothing.

    Raises:
        OutsideFailure: LINE does not answer.
    """
    try:
        client.ask("POST", "/v2/bot/richmenu/validate", json=dict(body))
    except OutsideFailure as no:
        if no.status != 400:
            raise
        return str(no)
    return ""


def upload(line_id: str, *, content: bytes, content_type: str) -> None:
    """Bring a menu its picture; LINE takes one, once. Asked twice, the second is as good as the first."""
    path = f"/v2/bot/richmenu/{line_id}/content"
    try:
        client.upload(path, content=content, content_type=content_type)
    except OutsideFailure as no:
        if no.status != 400 or not has_picture(line_id):
            raise


def has_picture(line_id: str) -> bool:
    return client.has_content(f"/v2/bot/richmenu/{line_id}/content")


def everything() -> dict[str, str]:
    """Return the names of all menus made by API, by LINE's id. Raises OutsideFailure."""
    found = client.ask("GET", "/v2/bot/richmenu/list")
    return {str(one["richMenuId"]): str(one.get("name", "")) for one in found["richmenus"]}


def delete(line_id: str) -> None:
    """Delete a menu; one that is gone already is fine. Raises OutsideFailure."""
    client.ask("DELETE", f"/v2/bot/richmenu/{line_id}", absent=(404,))


def aliases() -> dict[str, str]:
    """Return which menu each alias points to. Raises OutsideFailure."""
    found = client.ask("GET", "/v2/bot/richmenu/alias/list")
    return {str(one["richMenuAliasId"]): str(one["richMenuId"]) for one in found["aliases"]}


def point(alias: str, *, to: str) -> None:
    """Let `alias` mean the menu `to`, whether LINE knows the alias already or not. Raises OutsideFailure."""
    try:
        moved = client.ask(
            "POST", f"/v2/bot/richmenu/alias/{alias}", json={"richMenuId": to}, absent=(404,)
        )
    except OutsideFailure as no:
        if no.status != 400:
            raise
        moved = None
    if moved is None:
        body = {"richMenuAliasId": alias, "richMenuId": to}
        client.ask("POST", "/v2/bot/richmenu/alias", json=body)


def delete_alias(alias: str) -> None:
    client.ask("DELETE", f"/v2/bot/richmenu/alias/{alias}", absent=(404,))


def set_default(line_id: str) -> None:
    """Show the menu to everybody who is linked to none. Raises OutsideFailure."""
    client.ask("POST", f"/v2/bot/user/all/richmenu/{line_id}")


def clear_default() -> None:
    client.ask("DELETE", "/v2/bot/user/all/richmenu", absent=(404,))


def default() -> str:
    """Return the default of all; nothing if there is none, or none that was made by API."""
    try:
        return client.default_rich_menu() or ""
    except OutsideFailure as no:
        if no.status != 403:
            raise
        return ""


def of_user(user_id: str) -> str:
    """Return the menu that one person is linked to, or nothing. Raises OutsideFailure."""
    found = client.get(f"/v2/bot/user/{user_id}/richmenu")
    return str(found["richMenuId"]) if found else ""


def link(user_ids: Sequence[str], line_id: str) -> Result:
    """Link up to 500 people to a menu. One at once; of several LINE says "accepted", and does it in seconds."""
    if len(user_ids) == 1:
        return _told("POST", f"/v2/bot/user/{user_ids[0]}/richmenu/{line_id}")
    body = {"userIds": list(user_ids), "richMenuId": line_id}
    return _told("POST", "/v2/bot/richmenu/bulk/link", body)


def unlink(user_ids: Sequence[str]) -> Result:
    """Link up to 500 people to nothing, so that they see the default."""
    if len(user_ids) == 1:
        return _told("DELETE", f"/v2/bot/user/{user_ids[0]}/richmenu")
    return _told("POST", "/v2/bot/richmenu/bulk/unlink", {"userIds": list(user_ids)})


def _told(method: str, path: str, body: Mapping[str, Any] | None = None) -> Result:
    try:
        client.access_token()
    except OutsideFailure as no:
        return Result(Verdict.TOKEN, no.status, words=f"no access token: {no}"[:200])
    try:
        client.ask(method, path, json=body)
    except OutsideFailure as no:
        return Result(_verdict(no.status), no.status, words=str(no)[:300])
    return Result(Verdict.ACCEPTED, 200)


def _verdict(status: int | None) -> Verdict:
    if status is None or status >= 500:
        return Verdict.UNKNOWN
    if status == 401:
        return Verdict.TOKEN
    return Verdict.RATE if status == 429 else Verdict.REFUSED


def chunks(user_ids: Sequence[str]) -> Iterator[list[str]]:
    """Cut a list of people as LINE takes them."""
    for start in range(0, len(user_ids), MOST_USERS):
        yield list(user_ids[start : start + MOST_USERS])


def page_base() -> str:
    """Return what the addresses of our pages inside LINE begin with."""
    return f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}"
