"""The town itself, its departments and its calendar."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.townhall import queries
from yakuba.townhall.models import ClosedDay, Department, StaffMember, Town
from yakuba.townhall.operations.trail import tell

PROFILE = (
    "name", "kana", "prefecture", "code", "address", "phone", "hours", "website",
    "licences", "code_by_mail", "session_minutes",
)  # fmt: skip


class TooFewLicences(Refusal):
    sentence = _(
        "いま{needed}人が使っている（または使う予定な）ので、上限を{licences}人にはできません。"
    )


class CodeTaken(Refusal):
    sentence = _("この部署コードは、すでに使われています。")


class NetworksNeeded(Refusal):
    sentence = _(
        "メールの確認コードは、職員のネットワーク（STAFF_NETWORKS）を設定した場合だけ使えます。"
    )


@transaction.atomic
def describe_town(*, by: StaffMember | None, **values: object) -> Town:
    """Change what is known of the town; `values` are those of PROFILE that are to change.

    Raises:
        TooFewLicences: more people than that work here already.
        NetworksNeeded: codes by mail without a list of networks.
    """
    unknown = set(values) - set(PROFILE)
    if unknown:
        raise TypeError(f"not part of a town's profile: {', '.join(sorted(unknown))}")
    town, _is_new = Town.objects.get_or_create(pk=1, defaults={"name": str(values.get("name", ""))})
    lock(town)
    before = {name: getattr(town, name) for name in values}
    for name, value in values.items():
        setattr(town, name, value)
    town.save()
    needed = queries.licences_needed()
    if "licences" in values and needed > town.licences:
        raise TooFewLicences(needed=needed, licences=town.licences)
    if values.get("code_by_mail") and not queries.code_by_mail_allowed():
        raise NetworksNeeded
    changed = {
        name: {"before": before[name], "after": value}
        for name, value in values.items()
        if before[name] != value
    }
    if changed:
        tell(by, "changed", "townhall.town:1", "町の情報を変えました。", changed)
    return town


@transaction.atomic
def keep_department(
    department: Department | None,
    *,
    name: str,
    code: str,
    kana: str = "",
    phone: str = "",
    hours: str = "",
    emails: Sequence[str] = (),
    order: int = 0,
    closed_on: date | None = None,
    by: StaffMember | None,
) -> Department:
    """Make a department, or change the one that is given."""
    values: Mapping[str, object] = {
        "name": name, "code": code, "kana": kana, "phone": phone, "hours": hours,
        "emails": list(emails), "order": order, "closed_on": closed_on,
    }  # fmt: skip
    if department is None:
        department = Department()
    else:
        lock(department)
    for key, value in values.items():
        setattr(department, key, value)
    with refusing("townhall_department_code_key", CodeTaken):
        department.save()
    tell(
        by, "changed", f"townhall.department:{department.pk}", f"部署「{name}」の登録を変えました。"
    )
    return department


@transaction.atomic
def close_on(day: date, *, reason: str, by: StaffMember | None) -> ClosedDay:
    """Close the town hall on a day besides weekends and national holidays."""
    closed, _is_new = ClosedDay.objects.update_or_create(day=day, defaults={"reason": reason})
    tell(
        by, "changed", f"townhall.closed_day:{day}", f"{day:%Y-%m-%d}を休みにしました（{reason}）。"
    )
    return closed


@transaction.atomic
def open_again(closed: ClosedDay, *, by: StaffMember | None) -> None:
    """Take a closure back."""
    tell(
        by,
        "changed",
        f"townhall.closed_day:{closed.day}",
        f"{closed.day:%Y-%m-%d}の休みを取り消しました。",
    )
    closed.delete()
