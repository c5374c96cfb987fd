"""Moments in a resident's life with the town, and how others add to what we know and forget."""

from yakuba.kit.plugging import Hook
from yakuba.line.rules import Event
from yakuba.residents.models import Resident

joined: Hook[[Resident, Event]] = Hook(
    "Somebody added the account as a friend, or unblocked it. Registration starts here."
)
left: Hook[[Resident]] = Hook("The resident blocked the account; nothing can be sent any more.")
moved: Hook[[Resident, Resident]] = Hook(
    "The first resident's LINE account now belongs to the second; rows that hold the first are handed over."
)
forgotten: Hook[[Resident]] = Hook(
    "The resident is to be forgotten: whoever holds personal data of theirs removes it now."
)
