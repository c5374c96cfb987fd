"""The SMTP side: takes letters, or misbehaves as told."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

FAULTS = ("refuse", "busy", "delay", "drop", "drop_after")


@dataclass(frozen=True)
class Letter:
    """One letter as it was handed in; `to` are the envelope's addresses."""

    number: int
    at: float
    sender: str
    to: list[str]
    subject: str
    text: str
    message_id: str
    headers: dict[str, str]


@dataclass
class Fault:
    """What goes wrong for the next `count` letters, for one address or for all.

    refuse: 550, for good. busy: 451, try later. delay: answers after `seconds`. drop: hangs up before the
    letter is kept. drop_after: keeps it and hangs up before saying so, so that the sender cannot know.
    """

    kind: str
    count: int = 1
    seconds: float = 0.0
    address: str = ""

    def concerns(self, addresses: Iterable[str]) -> bool:
        return self.count > 0 and (not self.address or self.address in addresses)


@dataclass
class Office:
    """Everything the server knows: the letters, newest last, and the faults that are to come."""

    letters: list[Letter] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    numbers: int = 0

    def fault(self, kinds: tuple[str, ...], addresses: Iterable[str]) -> Fault | None:
        """Use up one turn of the first fault of these kinds that concerns one of the addresses."""
        for fault in self.faults:
            if fault.kind in kinds and fault.concerns(addresses):
                fault.count -= 1
                return fault
        return None

    def keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
        self.numbers += 1
        self.letters.append(
            Letter(
                number=self.numbers,
                at=time.time(),
                sender=envelope.mail_from or "",
                to=list(envelope.rcpt_tos),
                subject=str(message.get("Subject", "")),
                text=body.get_content() if body is not None else "",
                message_id=str(message.get("Message-ID", "")),
                headers={name: str(value) for name, value in message.items()},
            )
        )


class Clerk:
    """Answers the commands of one sender after the other (the names are aiosmtpd's)."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.office.fault(("refuse", "busy"), [address])
        if fault is not None:
            return (
                "550 5.1.1 No such person here" if fault.kind == "refuse" else "451 4.3.0 Try later"
            )
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        slow = self.office.fault(("delay",), envelope.rcpt_tos)
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        gone = self.office.fault(("drop", "drop_after"), envelope.rcpt_tos)
        if gone is None or gone.kind == "drop_after":
            self.office.keep(envelope)
        if gone is not None and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"
