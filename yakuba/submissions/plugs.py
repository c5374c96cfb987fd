"""What submissions plug into others."""

from collections.abc import Collection, Sequence

from django.urls import reverse

from yakuba.identity.models import StatusCheck
from yakuba.identity.sockets import looked
from yakuba.kit import upkeep
from yakuba.line.sockets import attending
from yakuba.payments.models import Charge
from yakuba.payments.sockets import Matter, matters, overdue, refunded, reopened, settled
from yakuba.procedures.models import Run
from yakuba.procedures.sockets import message_taken_back
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved, returned
from yakuba.submissions import (
    console,  # noqa: F401
    operations,
    portal,  # noqa: F401
    queries,
)
from yakuba.submissions.kinds import answers, submission  # noqa: F401
from yakuba.townhall.models import StaffMember

# Sealed columns are found by their kind; these lie elsewhere.
upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="submissions.lookuphash", rewrite=operations.rewrite_hashes)
)


@looked.connect
def show_how_the_proof_stands(look: StatusCheck) -> None:
    operations.look_after(look.evidence)


@matters.plug
def what_it_is_for(charge: Charge, staff: StaffMember) -> Matter | None:
    found = queries.behind(charge, staff)
    if found is None:
        return None
    href = reverse("console:submission", args=[found.pk])
    return Matter(f"申請 {found.receipt_no} を開く", href)


@settled.connect
def go_on_after_payment(charge: Charge) -> None:
    operations.paid(charge)


@overdue.connect
def note_unpaid(charge: Charge) -> None:
    operations.overdue(charge)


@reopened.connect
def show_open_again(charge: Charge) -> None:
    operations.money_changed(charge, words="支払いが取り消されました。確かめてください。")


@refunded.connect
def show_refunded(charge: Charge, amount: int) -> None:
    operations.money_changed(charge, words=f"{amount:,}円を返金しました。")


@message_taken_back.connect
def note_what_was_unsent(run: Run, resident: Resident, paths: Sequence[str]) -> None:
    operations.note_unsent(run, paths=paths)


@moved.connect
def hand_over_submissions(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@returned.connect
def settle_again(after: Resident, before: Resident) -> None:
    operations.settle_latest([after.pk, before.pk])


@forgotten.connect
def forget_submissions(resident: Resident) -> None:
    operations.forget(resident)


@attending
def with_a_submission(staff: StaffMember, user_ids: Collection[str]) -> set[str]:
    """Keep those who handed in what `staff` handles."""
    return queries.handed_in_to(staff, user_ids)
