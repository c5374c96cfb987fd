"""Connecting a payment service: the town's contract and keys, tried before a resident does."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from yakuba.audit import operations as audit
from yakuba.kit import upkeep
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.payments import queries
from yakuba.payments.models import Connection
from yakuba.payments.sockets import providers
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember

EARLIER_KEYS_COUNT = timedelta(hours=72)  # messages signed with them may still be on the way


class KeyTaken(Refusal):
    sentence = _("この呼び名は、もう使われています。")


class NotInOrder(Refusal):
    sentence = _(
        "接続を確かめて、直すところがないときだけ使えます。「接続を確かめる」を押してください。"
    )


@transaction.atomic
def connect(
    *, kind: str, key: str, name: str, settings: dict[str, object], staff: StaffMember | None
) -> Connection:
    """Remember a contract. Nobody pays with it until it was checked and switched on.

    Raises:
        KeyTaken
    """
    contract = providers[kind].contract.model_validate(settings)
    with refusing("payments_connection_key_key", KeyTaken):
        connection = Connection.objects.create(
            kind=kind, key=key, name=name, settings=settings, is_live=contract.is_live()
        )
    _record(connection, staff, "connected", f"決済サービス「{name}」をつなぎました。")
    return connection


@transaction.atomic
def change(
    connection: Connection, *, name: str, settings: dict[str, object], staff: StaffMember | None
) -> None:
    """Change contract or keys. New keys of the same contract take over at once, also for payers on the way.

    Messages that were signed with the earlier keys count for three days more. Another contract (any setting
    that is no secret) begins a new generation: who is on the way is asked about with the old one (E28).
    """
    lock(connection)
    contract = providers[connection.kind].contract.model_validate(settings)
    before = connection.settings
    secret = _secrets(connection.kind)
    if any(settings.get(one) != before.get(one) for one in secret):
        connection.earlier = before
        connection.earlier_until = machine_now() + EARLIER_KEYS_COUNT
    is_another = any(settings.get(one) != before.get(one) for one in {*settings, *before} - secret)
    # Some services tell trial and production apart by the key alone.
    if is_another or contract.is_live() != connection.is_live:
        connection.generation += 1
    connection.name, connection.settings = name, settings
    connection.is_live, connection.changed_at = contract.is_live(), machine_now()
    connection.save(
        update_fields=[
            *("name", "settings", "is_live", "earlier", "earlier_until"),
            *("generation", "changed_at"),
        ]
    )
    _record(connection, staff, "changed", f"決済サービス「{name}」の設定を変えました。")


def _secrets(kind: str) -> set[str]:
    fields = providers[kind].contract.model_fields.items()
    return {name for name, field in fields if field.annotation is SecretStr}


def check(connection: Connection, *, staff: StaffMember | None = None) -> list[str]:
    """Try the contract at the provider, and return what would stop a resident from paying.

    No transaction may be open.
    """
    try:
        found = queries.contract_of(connection).check()
        faults = [{"words": one.words, "field": one.field} for one in found]
    except OutsideFailure as silence:
        faults = [{"words": f"決済サービスから返事がありません（{silence}）。", "field": ""}]
    with transaction.atomic():
        lock(connection)
        connection.faults, connection.checked_at = faults, machine_now()
        connection.save(update_fields=["faults", "checked_at"])
        if staff is not None:
            _record(connection, staff, "checked", f"「{connection.name}」の接続を確かめました。")
    return [one["words"] for one in faults]


@transaction.atomic
def switch(connection: Connection, *, on: bool, staff: StaffMember | None) -> None:
    """Offer the connection to residents, or no longer. Whoever is on the way can finish.

    Raises:
        NotInOrder: it was not checked, or the last check found something.
    """
    lock(connection)
    if on and (connection.checked_at is None or connection.faults):
        raise NotInOrder
    connection.is_on = on
    connection.save(update_fields=["is_on"])
    words = "使い始めました。" if on else "使うのをやめました。"
    _record(connection, staff, "switched", f"決済サービス「{connection.name}」を{words}")


@upkeep.every(timedelta(hours=1))
def check_all() -> None:
    """Look whether everything that is on still works, so that it is red before a resident sees it."""
    for connection in Connection.objects.filter(is_on=True):
        check_one.defer(connection_id=connection.pk)


@job(queue="payments")
def check_one(*, connection_id: int) -> None:
    """Check one connection that is on."""
    check(Connection.objects.get(pk=connection_id))


def _record(connection: Connection, staff: StaffMember | None, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "自動処理",
        action=action,
        subject=connection.subject,
        sentence=sentence,
    )
