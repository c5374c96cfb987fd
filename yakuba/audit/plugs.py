"""What audit plugs into others: it listens, and it has a page."""

from collections.abc import Callable, Mapping

from yakuba.audit import console, operations
from yakuba.console import sockets

__all__ = ["console"]


def _recorder(action: str) -> Callable[[sockets.Staff, str, str, Mapping[str, object]], None]:
    def listen(
        staff: sockets.Staff, subject: str, sentence: str, detail: Mapping[str, object]
    ) -> None:
        operations.record(
            staff_id=staff.pk,
            actor=staff.name,
            action=action,
            subject=subject,
            sentence=sentence,
            detail=detail,
        )

    return listen


sockets.viewed.connect(_recorder("viewed"))
sockets.revealed.connect(_recorder("revealed"))
sockets.exported.connect(_recorder("exported"))
sockets.looked_for.connect(_recorder("looked_for"))
