"""Lock makers' contracts: remembered, tried, switched on; keys go in and never come out."""

from datetime import timedelta

from django.conf import settings as site
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.locks import queries
from yakuba.locks.models import Connection
from yakuba.locks.sockets import Memory, lock_makers
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember


class NotInOrder(Refusal):
    sentence = _(
        "接続を確かめて、直すところがないときだけ使えます。「接続を確かめる」を押してください。"
    )


@transaction.atomic
def connect(
    *, kind: str, name: str, settings: dict[str, object], staff: StaffMember | None
) -> Connection:
    """Remember a contract. No door uses it until it was checked and switched on."""
    lock_makers[kind].contract.model_validate(settings)
    connection = Connection.objects.create(kind=kind, name=name, settings=settings)
    _record(connection, staff, "connected", f"錠のメーカー「{name}」をつなぎました。")
    return connection


@transaction.atomic
def change(
    connection: Connection, *, name: str, settings: dict[str, object], staff: StaffMember | None
) -> None:
    """Change contract or keys; tokens of the earlier ones are forgotten unless nothing but the name changed."""
    lock(connection)
    lock_makers[connection.kind].contract.model_validate(settings)
    if settings != connection.settings:
        connection.memory = {**connection.memory, "until": 0}
    connection.name, connection.settings, connection.changed_at = name, settings, machine_now()
    connection.save(update_fields=["name", "settings", "memory", "changed_at"])
    _record(connection, staff, "changed", f"錠のメーカー「{name}」の設定を変えました。")


def check(connection: Connection, *, staff: StaffMember | None = None) -> list[str]:
    """Try the contract at the maker, and return what would keep a resident out. No transaction may be open."""
    try:
        found = queries.contract_of(connection).check(memory_of(connection))
        faults = [{"words": one.words, "field": one.field} for one in found]
    except OutsideFailure as silence:
        faults = [{"words": f"メーカーから返事がありません（{silence}）。", "field": ""}]
    with transaction.atomic():
        lock(connection)
        connection.faults, connection.checked_at = faults, machine_now()
        connection.save(update_fields=["faults", "checked_at"])
        if staff is not None:
            _record(connection, staff, "checked", f"「{connection.name}」の接続を確かめました。")
    return [one["words"] for one in faults]


@transaction.atomic
def switch(connection: Connection, *, on: bool, staff: StaffMember | None) -> None:
    """Let doors use the contract, or no longer.

    Raises:
        NotInOrder: it was not checked, or the last check found something.
    """
    lock(connection)
    if on and (connection.checked_at is None or connection.faults):
        raise NotInOrder
    connection.is_on = on
    connection.save(update_fields=["is_on"])
    words = "使い始めました。" if on else "使うのをやめました。"
    _record(connection, staff, "switched", f"錠のメーカー「{connection.name}」を{words}")
    if on:
        listen.defer(connection_id=connection.pk)


@job(queue="locks")
def listen(*, connection_id: int) -> None:
    """Have the maker report to us; whatever it does not report is asked for anyway."""
    connection = Connection.objects.get(pk=connection_id)
    contract = queries.contract_of(connection)
    contract.listen(message_url(connection), memory_of(connection))


def message_url(connection: Connection) -> str:
    path = reverse("locks:message", kwargs={"connection_id": connection.public_id})
    return f"{site.PUBLIC_URL}{path}"


def memory_of(connection: Connection) -> Memory:
    """What the contract remembers, written down whenever it changes."""
    known = Connection.objects.only("memory").get(pk=connection.pk).memory
    return Memory(dict(known), lambda values: keep_tokens(connection, values))


@transaction.atomic
def keep_tokens(connection: Connection, values: dict[str, object]) -> None:
    Connection.objects.filter(pk=connection.pk).update(memory=values)


@upkeep.every(timedelta(hours=1))
def check_all() -> None:
    """Look whether every contract still works, which also keeps its tokens alive."""
    for connection in Connection.objects.filter(is_on=True):
        check_one.defer(connection_id=connection.pk)


@job(queue="locks")
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
