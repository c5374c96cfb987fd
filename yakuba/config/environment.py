"""What the environment says, read once, each setting with a sentence for whoever got it wrong.

This list is the single source: `docs/running/settings.md` is compared with it by a test.
"""

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import Fernet


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment. Without a default it must be set."""

    name: str
    meaning: str
    default: str | None = None
    check: Callable[[str], str | None] = lambda value: None


class WrongSetting(SystemExit):
    """The environment cannot be used; the message is one sentence for each setting that is wrong."""


def _url(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return "must be an address that begins with https://"
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1"):
        return "must begin with https:// (http is allowed for localhost only)"
    return None


def _database(value: str) -> str | None:
    if urlsplit(value).scheme not in ("postgres", "postgresql"):
        return "must look like postgresql://user:password@host:5432/name"
    return None


def _long(value: str) -> str | None:
    return None if len(value) >= 32 else "must be at least 32 characters long"


def _keys(value: str) -> str | None:
    for key in value.split(","):
        try:
            Fernet(key.strip())
        except ValueError:
            return "must be a key made by `yakuba keys make`, or several separated by commas"
    return None


def _port(value: str) -> str | None:
    return None if value.isdecimal() and 0 < int(value) < 65536 else "must be a port number"


def _one_of(*choices: str) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        return None if value in choices else f"must be one of {', '.join(choices)}"

    return check


def _smtp(value: str) -> str | None:
    if value and urlsplit(value).scheme not in ("smtp", "smtps", "smtp+starttls"):
        return "must look like smtp+starttls://user:password@host:587"
    return None


def _clamd(value: str) -> str | None:
    parts = urlsplit(value)
    if (parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path):
        return None
    return "must look like tcp://host:3310 or unix:///run/clamav/clamd.ctl"


def _networks(value: str) -> str | None:
    for network in value.split(","):
        try:
            ipaddress.ip_network(network.strip())
        except ValueError:
            return "must be networks such as 203.0.113.0/24, separated by commas"
    return None


def _count(value: str) -> str | None:
    return None if value.isdecimal() else "must be a whole number"


ALL = (
    Setting("DATABASE_URL", "PostgreSQL 15 or newer of this town", check=_database),
    Setting("PUBLIC_URL", "the address at which residents and LINE reach yakuba", check=_url),
    Setting("SECRET_KEY", "signs sessions; 32 characters or more, never shared", check=_long),
    Setting("DATA_KEY", "encrypts personal data; several separated by commas while rotating", check=_keys),
    Setting("LINE_CHANNEL_ID", "channel ID of the Messaging API channel", check=_count),
    Setting("LINE_CHANNEL_SECRET", "channel secret of the Messaging API channel"),
    Setting("LINE_LOGIN_CHANNEL_ID", "channel ID of the LINE MINI App or LINE Login channel", check=_count),
    Setting("LINE_LOGIN_CHANNEL_SECRET", "channel secret of the LINE MINI App or LINE Login channel"),
    Setting("LINE_LIFF_ID", "LIFF ID whose endpoint is PUBLIC_URL + /p/"),
    Setting("LINE_API_BASE", "where the Messaging API and LINE Login's API are", "https://api.line.me", _url),
    Setting("LINE_DATA_BASE", "where content and menu images are", "https://api-data.line.me", _url),
    Setting("LINE_ACCESS_BASE", "where LINE Login's pages are; the issuer of ID tokens", "https://access.line.me", _url),
    Setting("LIFF_SDK_URL", "the LIFF SDK that pages load", "https://static.line-scdn.net/liff/edge/2/sdk.js", _url),
    Setting("LIFF_BASE", "where LIFF links begin", "https://miniapp.line.me", _url),
    Setting("SMTP_URL", "where mail is handed in; empty keeps letters waiting", "", _smtp),
    Setting("MAIL_FROM", "the sender of mail to staff", "yakuba@localhost"),
    Setting("FILES_URL", "where uploads are kept: a folder, or s3://key:secret@host/bucket", "./files"),
    Setting("CLAMAV_URL", "ClamAV's clamd that looks at uploads: tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty uses none", "", _clamd),
    Setting("CLAMAV_DOWN", "what happens to uploads while clamd does not answer: refuse, or keep unseen", "refuse", _one_of("refuse", "keep")),
    Setting("ENVIRONMENT", "production, or trial for the installation where staff try things out", "production", _one_of("production", "trial", "demo")),
    Setting("PORT", "the one port of `yakuba serve`", "8000", _port),
    Setting("WEB_PORT", "the port of `yakuba serve web`", "8001", _port),
    Setting("INTAKE_PORT", "the port of `yakuba serve intake`", "8002", _port),
    Setting("STAFF_NETWORKS", "addresses from which staff may sign in, such as 203.0.113.0/24; empty allows all", "", _networks),
    Setting("TRUSTED_PROXIES", "how many proxies in front add X-Forwarded-For", "0", _count),
)  # fmt: skip


def read(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return every setting's value.

    Raises:
        WrongSetting: with one sentence per setting that is missing or wrong.
    """
    values: dict[str, str] = {}
    wrong: list[str] = []
    for setting in ALL:
        value = environ.get(setting.name, "").strip() or setting.default
        if value is None:
            wrong.append(f"{setting.name} is not set: {setting.meaning}.")
            continue
        trouble = setting.check(value) if value != setting.default else None
        if trouble:
            wrong.append(f"{setting.name} {trouble}.")
        values[setting.name] = value
    if wrong:
        raise WrongSetting("\n".join(wrong) + "\nSee docs/running/settings.md.")
    return values
