"""Giving and taking rights."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import Capability, Department, Grant, Scope, StaffMember
from yakuba.townhall.operations.trail import tell


class DepartmentClosed(Refusal):
    sentence = _("「{department}」は廃止されているため、権限を付けられません。")


@transaction.atomic
def own(*, department: Department, kind: str, name: str) -> Scope:
    """Make the scope of something new, and let its own department do everything with it."""
    scope = Scope.objects.create(department=department, kind=kind, name=name)
    Grant.objects.bulk_create(
        Grant(scope=scope, department=department, capability=capability)
        for capability in Capability.values
    )
    return scope


@transaction.atomic
def rename(scope: Scope, *, name: str) -> None:
    """Call the scope as its thing is called now, so that administrators recognise it."""
    lock(scope)
    scope.name = name
    scope.save(update_fields=["name"])


@transaction.atomic
def grant(
    scope: Scope, *, department: Department, capability: str, by: StaffMember | None = None
) -> None:
    """Let `department` do `capability` within `scope`. Granting twice is the same as once."""
    lock(scope)
    if department.closed_on is not None:
        raise DepartmentClosed(department=department.name)
    _row, is_new = Grant.objects.get_or_create(
        scope=scope, department=department, capability=Capability(capability)
    )
    if is_new:
        _tell_right(scope, department, capability, by, "granted", "付けました")


@transaction.atomic
def revoke(
    scope: Scope, *, department: Department, capability: str, by: StaffMember | None = None
) -> None:
    """Take the right back; it ends at once, also for those who are signed in."""
    lock(scope)
    gone, _rows = Grant.objects.filter(
        scope=scope, department=department, capability=Capability(capability)
    ).delete()
    if gone:
        _tell_right(scope, department, capability, by, "revoked", "外しました")


@transaction.atomic
def set_rights(
    scope: Scope, *, department: Department, capabilities: Iterable[str], by: StaffMember
) -> None:
    """Make exactly `capabilities` the rights of `department` within `scope`."""
    wanted = {Capability(capability) for capability in capabilities}
    lock(scope)
    held = set(
        Grant.objects.filter(scope=scope, department=department).values_list(
            "capability", flat=True
        )
    )
    for capability in Capability:  # in the order of the page, so that the trail reads well
        if capability in wanted and capability not in held:
            grant(scope, department=department, capability=capability, by=by)
        elif capability in held and capability not in wanted:
            revoke(scope, department=department, capability=capability, by=by)


@transaction.atomic
def set_matrix(scope: Scope, *, rights: Mapping[int, Iterable[str]], by: StaffMember) -> None:
    """Set the rights of several departments (by id) within `scope` at once."""
    departments = Department.objects.in_bulk(list(rights))
    for pk, capabilities in rights.items():
        set_rights(scope, department=departments[pk], capabilities=capabilities, by=by)


def _tell_right(
    scope: Scope,
    department: Department,
    capability: str,
    by: StaffMember | None,
    action: str,
    verb: str,
) -> None:
    right = Capability(capability)
    tell(
        by,
        action,
        f"townhall.scope:{scope.pk}",
        f"「{scope.name}」について、{department.name}の権限「{right.label}」を{verb}。",
        {"department": department.code, "capability": right.value, "kind": scope.kind},
    )
