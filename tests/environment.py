"""The environment of the tests: a town that does not exist, and a PostgreSQL of their own."""

import os
import tempfile
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent

VALUES = {
    "PUBLIC_URL": "http://localhost:8000",
    "SECRET_KEY": "a secret that only the tests know, long enough",
    "DATA_KEY": "dGVzdHMgYW5kIG5vdGhpbmcgZWxzZSB1c2UgdGhpcy4=",
    "LINE_CHANNEL_ID": "1650000001",
    "LINE_CHANNEL_SECRET": "00000000000000000000000000000001",
    "LINE_LOGIN_CHANNEL_ID": "1650000002",
    "LINE_LOGIN_CHANNEL_SECRET": "00000000000000000000000000000002",
    "LINE_LIFF_ID": "1650000002-tests001",
    "LINE_API_BASE": "http://127.0.0.1:9",
    "LINE_DATA_BASE": "http://127.0.0.1:9",
    "LINE_ACCESS_BASE": "http://127.0.0.1:9",
    "LIFF_SDK_URL": "http://127.0.0.1:9/liff/sdk.js",
    "LIFF_BASE": "http://127.0.0.1:9/liff",
    "ENVIRONMENT": "production",
}


def prepare() -> postgres.Server | None:
    """Set the environment, and start a server unless DATABASE_URL names one."""
    for name, value in VALUES.items():
        os.environ[name] = value
    os.environ["FILES_URL"] = tempfile.mkdtemp(prefix="yakuba-files-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "yakuba.config.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the main thread
    if os.environ.get("DATABASE_URL"):
        return None
    server = postgres.start(ROOT / ".local" / "test-postgres", fast=True)
    os.environ["DATABASE_URL"] = server.database("postgres")
    return server


def leave(server: postgres.Server | None) -> None:
    """Stop the server, unless another run of the suite is using it or has stopped it."""
    if server is None:
        return
    import psycopg

    try:
        with psycopg.connect(server.url) as connection:
            others = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
    except psycopg.OperationalError:
        return
    if others is None or others[0] == 0:
        postgres.stop(server)
