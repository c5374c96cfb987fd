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
from yakuba.kit.errors import Refusal

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


def _key(kid: str) -> jwt.PyJWK:
    global _fetched_at
    with _lock:
        age = time.monotonic() - _fetched_at
        if age > _KEYS_LIVE_SECONDS or (kid not in _keys and age > _ASK_AGAIN_SECONDS):
            answer = http.call("GET", f"{settings.LINE_API_BASE}/oauth2/v2.1/certs", timeout=5)
            if answer.status == 200:
                _keys.clear()
                _keys.update({str(k["kid"]): jwt.PyJWK(k) for k in answer.json()["keys"]})
                _fetched_at = time.monotonic()
        if kid not in _keys:
            raise jwt.InvalidKeyError(kid)
        return _keys[kid]
