"""SMTP: handing one letter in and understanding what the server said about each address."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which addresses the server took and which it refused for good; the others may be tried again."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    words: str = ""
    is_outage: bool = (
        False  # the server itself did not answer, so asking for other letters is useless
    )


def hand_in(*, to: list[str], subject: str, text: str, message_id: str) -> Outcome:
    """Give one letter to the server that SMTP_URL names; never inside a transaction."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("no network inside a transaction")
    letter = _letter(to, subject, text, message_id)
    try:
        with _connected() as server:
            refused = server.send_message(letter, settings.MAIL_FROM, to)
    except smtplib.SMTPRecipientsRefused as no:
        refused = no.recipients
    except smtplib.SMTPResponseException as no:
        words = _words(no.smtp_code, no.smtp_error)
        # A refused sign-in or sender is ours to mend: the letter itself may still be good.
        is_ours = isinstance(
            no,
            (
                smtplib.SMTPAuthenticationError,
                smtplib.SMTPSenderRefused,
                smtplib.SMTPConnectError,
                smtplib.SMTPHeloError,
            ),
        )
        if no.smtp_code >= 500 and not is_ours:
            return Outcome(refused=list(to), words=words)
        return Outcome(words=words, is_outage=is_ours)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(
            words=f"メールサーバーにつながりません（{type(error).__name__}）", is_outage=True
        )
    return _sorted(to, refused)


def _sorted(to: list[str], refused: dict[str, tuple[int, bytes]]) -> Outcome:
    for_good = [address for address, (code, _said) in refused.items() if code >= 500]
    words = "; ".join(_words(code, said) for code, said in refused.values())
    return Outcome(accepted=[a for a in to if a not in refused], refused=for_good, words=words)


def _words(code: int, said: bytes | str) -> str:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"


def _letter(to: list[str], subject: str, text: str, message_id: str) -> EmailMessage:
    letter = EmailMessage()
    name, address = parseaddr(settings.MAIL_FROM)
    letter["From"] = Address(display_name=name, addr_spec=address)
    letter["To"] = ", ".join(to)
    letter["Subject"] = subject
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = f"<{message_id}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
    letter.set_content(text, cte="base64")
    return letter


def _connected() -> smtplib.SMTP:
    url = urlsplit(settings.SMTP_URL)
    host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(
            host, port, timeout=_TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server
