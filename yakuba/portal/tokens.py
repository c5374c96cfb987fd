"""ID tokens of LINE, verified here against LINE's published keys.

LINE Developers, "Get user profile information from ID tokens": LIFF's tokens are signed with ES256;
keys at /oauth2/v2.1/certs. Verifying them here spares LINE Login's undisclosed rate limits.
"""

import threading
import time
from typing import Any

import jwt
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure, Refusal

_KEYS_LIVE_SECONDS = 3600.0
_ASK_AGAIN_SECONDS = 30.0  # an unknown key id makes us look again, but not at every forged token
_CLOCKS_MAY_DIFFER_SECONDS = 30

_lock = threading.Lock()
_keys: dict[str, jwt.PyJWK] = {}
_fetched_at = float("-inf")


class NotSignedIn(Refusal):
    """The token is not one that LINE made for us, or is too old; the page signs in again."""

    sentence = _("LINEでの確認ができませんでした。画面を閉じて、もう一度開いてください。")


def user_id_of(id_token: str) -> str:
    """Return the LINE user id that `id_token` proves.

    Raises:
        NotSignedIn: forged, expired, or made for another channel.
        OutsideFailure: LINE's keys could not be read.
    """
    try:
        header = jwt.get_unverified_header(id_token)
        key = _key(str(header.get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=["ES256"],  # never what the token itself asks for
            audience=settings.LINE_LOGIN_CHANNEL_ID,
            issuer=settings.LINE_ACCESS_BASE,
            leeway=_CLOCKS_MAY_DIFFER_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError:
        raise NotSignedIn from None
    return str(claims["sub"])


def start_afresh() -> None:
    """Forget LINE's keys; the next token asks for them."""
    global _fetched_at
    with _lock:
        _keys.clear()
        _fetched_at = float("-inf")


def _key(kid: str) -> jwt.PyJWK:
    with _lock:
        age = time.monotonic() - _fetched_at
        if age > _KEYS_LIVE_SECONDS or (kid not in _keys and age > _ASK_AGAIN_SECONDS):
            try:
                _fetch()
            except OutsideFailure:
                if kid not in _keys:  # an old key is still LINE's key
                    raise
        if kid not in _keys:
            raise jwt.InvalidKeyError(kid)
        return _keys[kid]


def _fetch() -> None:
    global _fetched_at
    answer = http.call("GET", f"{settings.LINE_API_BASE}/oauth2/v2.1/certs", timeout=5)
    if answer.status != 200:
        raise OutsideFailure("LINE's keys could not be read", status=answer.status)
    found = {str(key["kid"]): jwt.PyJWK(key) for key in answer.json()["keys"]}
    _keys.clear()
    _keys.update(found)
    _fetched_at = time.monotonic()
