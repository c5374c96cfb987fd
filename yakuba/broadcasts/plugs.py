"""What broadcasts plug into others."""

from datetime import timedelta

from yakuba.broadcasts import chat, console, operations, portal  # noqa: F401
from yakuba.broadcasts.kinds import batches, criteria, uses  # noqa: F401
from yakuba.broadcasts.operations import media, reading, statistics
from yakuba.kit import upkeep
from yakuba.line.sockets import event_handler, postbacks

postbacks(chat.PACKAGE)(chat.postback)
event_handler(order=50)(chat.code_typed)

upkeep.every(timedelta(minutes=1))(operations.finish_forgotten)
upkeep.every(timedelta(seconds=5))(operations.attend)
upkeep.every(timedelta(minutes=5))(statistics.follow)
upkeep.every(timedelta(seconds=20))(operations.make_occurrences)
upkeep.every(timedelta(days=1))(media.throw_away_unused)
upkeep.every(timedelta(hours=6))(reading.forget_marks)
