"""Providers as the administrator connects them: settings, a look at them, a new key beside the old one."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.identity import queries, sockets
from yakuba.identity.models import Provider
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember

NEXT = "next_"  # before the name of the field whose new value lies beside the old one


class StillFaulty(Refusal):
    sentence = _("確かめた結果に直すところがあるため、まだ住民に出せません。はじめの1件：{first}")


class StillInUse(Refusal):
    sentence = _(
        "この事業者での確認が記録に残っているため、消せません。住民に出さないようにはできます。"
    )


@transaction.atomic
def connect(
    *, kind: str, name: str, settings: Mapping[str, object], staff: StaffMember | None
) -> Provider:
    """Add a provider; residents are not sent there before it was looked at and switched on."""
    sockets.verifiers[kind].reads(settings)
    provider = Provider.objects.create(
        kind=kind,
        name=name,
        settings=dict(settings),
        order=Provider.objects.count(),
        made_at=clock.now(),
    )
    _note(provider, staff, "made", "確認の事業者「{name}」を加えました。")
    return provider


@transaction.atomic
def change(
    provider: Provider, *, name: str, settings: Mapping[str, object], staff: StaffMember
) -> None:
    """Keep what was changed; a provider that was never looked at with these settings is not known to work."""
    lock(provider)
    sockets.verifiers[provider.kind].reads(settings)
    provider.name, provider.settings = name, dict(settings)
    provider.checked_at, provider.faults = None, []
    provider.save(update_fields=["name", "settings", "checked_at", "faults"])
    _note(provider, staff, "changed", "確認の事業者「{name}」の設定を直しました。")


def look_at(provider: Provider, *, staff: StaffMember | None) -> Sequence[str]:
    """Try the connection, keep what is wrong with it, and return that. Not one transaction: the outside is asked."""
    faults = list(queries.offer_of(provider).connection.check_config())
    _keep_faults(provider, faults, staff)
    return faults


@transaction.atomic
def _keep_faults(provider: Provider, faults: list[str], staff: StaffMember | None) -> None:
    lock(provider)
    provider.checked_at, provider.faults = clock.now(), faults
    provider.save(update_fields=["checked_at", "faults"])
    _note(provider, staff, "checked", "確認の事業者「{name}」への接続を確かめました。")


@transaction.atomic
def switch(provider: Provider, *, on: bool, staff: StaffMember | None) -> None:
    """Let residents choose the provider, or no longer.

    Raises:
        StillFaulty: the last look found something wrong, or there was none.
    """
    lock(provider)
    if on and (provider.checked_at is None or provider.faults):
        raise StillFaulty(first=(provider.faults or ["まだ一度も確かめていません。"])[0])
    provider.is_on = on
    provider.save(update_fields=["is_on"])
    _note(
        provider,
        staff,
        "changed",
        "確認の事業者「{name}」を住民に" + ("出しました。" if on else "出さないようにしました。"),
    )


@transaction.atomic
def take_next_keys(provider: Provider, *, staff: StaffMember) -> int:
    """Put the new keys in the place of the old ones; return how many there were."""
    lock(provider)
    settings = dict(provider.settings)
    fresh = [name for name in settings if name.startswith(NEXT) and settings[name]]
    for name in fresh:
        settings[name.removeprefix(NEXT)] = settings[name]
        settings[name] = ""
    provider.settings = settings
    provider.save(update_fields=["settings"])
    if fresh:
        _note(provider, staff, "changed", "確認の事業者「{name}」の鍵を新しいものに替えました。")
    return len(fresh)


@transaction.atomic
def remove(provider: Provider, *, staff: StaffMember) -> None:
    """Take a provider out that nobody was ever sent to.

    Raises:
        StillInUse
    """
    lock(provider)
    if provider.checks.exists() or provider.heard.exists():
        raise StillInUse
    _note(provider, staff, "removed", "確認の事業者「{name}」を消しました。")
    provider.delete()


def _note(provider: Provider, staff: StaffMember | None, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"identity.provider:{provider.public_id}",
        sentence=sentence.format(name=provider.name),
    )
