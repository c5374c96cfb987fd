"""Everything that writes in locks: `planning` says what is wanted, `driving` brings it about, `watching` raises alarms."""

from yakuba.locks.operations.connecting import change, check, connect, keep_tokens, listen, switch
from yakuba.locks.operations.doors import change_door, look_at_devices, make_door
from yakuba.locks.operations.driving import drive, hand_out
from yakuba.locks.operations.emergency import (
    back_again,
    hold_door,
    hold_doors,
    open_shelters,
    suspend,
)
from yakuba.locks.operations.handling import (
    enter_code,
    let_in_again,
    read_out,
    replace_code,
    resolve,
    taken_out,
)
from yakuba.locks.operations.planning import give_up, plan, plan_all
from yakuba.locks.operations.receiving import read_messages, take_message
from yakuba.locks.operations.sampling import connect_sample, sample_door
from yakuba.locks.operations.telling import tell_ready
from yakuba.locks.operations.upkeep import forget, hand_over, purge
from yakuba.locks.operations.watching import watch

__all__ = [
    "back_again",
    "change",
    "change_door",
    "check",
    "connect",
    "connect_sample",
    "drive",
    "enter_code",
    "forget",
    "give_up",
    "hand_out",
    "hand_over",
    "hold_door",
    "hold_doors",
    "keep_tokens",
    "let_in_again",
    "listen",
    "look_at_devices",
    "make_door",
    "open_shelters",
    "plan",
    "plan_all",
    "purge",
    "read_messages",
    "read_out",
    "replace_code",
    "resolve",
    "sample_door",
    "suspend",
    "switch",
    "take_message",
    "taken_out",
    "tell_ready",
    "watch",
]
