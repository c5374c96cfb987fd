"""What procedures plug into others."""

from yakuba.kit import upkeep
from yakuba.line.sockets import event_handler, postbacks
from yakuba.procedures import (  # noqa: F401
    console,
    criteria,
    kinds,
    operations,
    outcomes,
    portal,
    sockets,
)
from yakuba.procedures.chat import handlers, offers
from yakuba.procedures.chat.drawing import PACKAGE
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, joined, moved

upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="procedures.answeredonce.mark", rewrite=operations.rewrite_marks)
)
postbacks(PACKAGE)(handlers.postback)
event_handler(order=-1001)(handlers.number_typed)  # before line only warns
event_handler(order=100)(handlers.message)
event_handler(order=100, while_silent=True)(handlers.unsent)
event_handler(order=900)(offers.unclaimed)
joined.connect(handlers.start_on_joining)
sockets.run_left.connect(handlers.remind)


@moved.connect
def hand_over_runs(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@forgotten.connect
def erase_what_was_frozen(resident: Resident) -> None:
    operations.erase_frozen(resident.runs.values_list("pk", flat=True))
