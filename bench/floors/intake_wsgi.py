"""Floor of the intake: a bare WSGI application with a pool of plain connections, one insert each.

Checks the signature, reads the JSON, stores the same row, answers 200 after COMMIT.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.fernet import Fernet
from psycopg_pool import ConnectionPool

from bench.floors.statement import STORE_ONE

_SECRET = os.environ["LINE_CHANNEL_SECRET"].encode()
_seal = (
    Fernet(os.environ["DATA_KEY"]).encrypt if os.environ.get("FLOOR_SEALS", "1") == "1" else bytes
)
_pool = ConnectionPool(
    os.environ["DATABASE_URL"], min_size=4, max_size=4, open=False, kwargs={"autocommit": True}
)


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    wanted = base64.b64encode(hmac.digest(_SECRET, body, hashlib.sha256)).decode()
    if not hmac.compare_digest(wanted, environ["HTTP_X_LINE_SIGNATURE"]):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    if _pool.closed:
        _pool.open()  # here, and not at import: the server forks in between
    with _pool.connection() as connection:
        for event in json.loads(body)["events"]:
            words = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
            row = event["webhookEventId"], event["source"]["userId"], event["timestamp"]
            connection.execute(STORE_ONE, [*row, _seal(words)], prepare=True)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
