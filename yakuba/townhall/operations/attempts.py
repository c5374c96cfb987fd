"""What somebody tried who did not come in, and how those came in who did: for the trail, which administrators read."""

from enum import StrEnum

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from yakuba.kit import secrets
from yakuba.townhall.models import StaffMember
from yakuba.townhall.operations.trail import tell

TRIED = "townhall.tried"  # what the keyed hash of an account that nobody has is for


class Outcome(StrEnum):
    """Why somebody did not come in."""

    WRONG = "wrong"
    STOPPED = "stopped"  # this was one guess too many
    WHILE_STOPPED = "while_stopped"
    NOT_TODAY = "not_today"  # the proof was right, but the person does not work here today


_SENTENCES = {
    Outcome.WRONG: _("サインインできませんでした（{step}のまちがい）。"),
    Outcome.STOPPED: _("{step}のまちがいが続いたため、しばらくサインインを止めました。"),
    Outcome.WHILE_STOPPED: _("止めている間のサインイン（{step}）を断りました。"),
    Outcome.NOT_TODAY: _("利用できる期間ではない人のサインイン（{step}）を断りました。"),
}


@transaction.atomic
def note_refused(*, account: str, address: str, step: str, outcome: Outcome) -> None:
    """Put into the trail that somebody at `address` did not come in as `account`.

    An account that nobody has may be a password typed into the wrong field, so it is not written down
    but where its end is that of our addresses; a keyed hash tells whether it was always the same.
    """
    staff = StaffMember.objects.filter(email__iexact=account).first() if account else None
    named = staff.email if staff else _veiled(account)
    sentence = str(_SENTENCES[outcome]).format(step=step)
    detail = {"address": address, "account": named, "outcome": outcome.value}
    if staff is None and account:
        detail["hash"] = secrets.keyed_hash(account.lower(), purpose=TRIED).hex()
    tell(
        None,
        "sign_in_failed" if outcome in (Outcome.WRONG, Outcome.NOT_TODAY) else "locked_out",
        f"townhall.staff:{staff.pk}" if staff else "townhall.sign_in",
        f"{sentence}アカウント：{named}、接続元：{address or '不明'}",
        detail,
    )


@transaction.atomic
def note_sign_in(staff: StaffMember, *, address: str = "") -> None:
    """Put into the trail that the person came in."""
    tell(
        staff,
        "signed_in",
        f"townhall.staff:{staff.pk}",
        "サインインしました。" + (f"接続元：{address}" if address else ""),
        {"address": address},
    )


@transaction.atomic
def note_recovery_code(staff: StaffMember, *, left: int, address: str = "") -> None:
    """Put into the trail that one of the printed codes was used: somebody has lost a telephone, or the paper."""
    tell(
        staff,
        "used_recovery_code",
        f"townhall.staff:{staff.pk}",
        f"予備コードを使いました（残り{left}個）。" + (f"接続元：{address}" if address else ""),
        {"address": address, "left": left},
    )


def _veiled(account: str) -> str:
    """Return what may be said of an account that nobody has."""
    name, at, domain = account.rpartition("@")
    ours = StaffMember.objects.annotate(
        domain=Substr("email", StrIndex("email", Value("@")) + 1)
    ).filter(domain__iexact=domain)
    if at and name and ours.exists():
        return f"{name[0]}●●●@{domain}"
    return "登録のないアカウント" if account else "不明"
