"""What the town decides once: the numbers of the fuse, who may warn of a disaster, the prepared messages."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.broadcasts.models import Safeguards, Template
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile, content_of
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.line import quota
from yakuba.segments import queries as segments
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, Scope, StaffMember
from yakuba.townhall.rules import DISASTER


class TooMuchKept(Refusal):
    sentence = _("災害用に残す通数（{kept}通）が、今月の上限（{allowed}通）を超えています。")


@transaction.atomic
def guard(values: Mapping[str, object], *, staff: StaffMember) -> Safeguards:
    """Set the numbers of the fuse; what is kept for disasters holds for this month's quota at once."""
    town, _made = Safeguards.objects.get_or_create(pk=1)
    lock(town)
    before = {name: getattr(town, name) for name in values}
    for name, value in values.items():
        setattr(town, name, value)
    row = quota.keep_for_disaster(town.kept_for_disaster)
    if row.allowed is not None and town.kept_for_disaster > row.allowed:
        raise TooMuchKept(kept=town.kept_for_disaster, allowed=row.allowed)
    town.save()
    changed = {name: str(value) for name, value in values.items() if value != before[name]}
    if changed:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action="changed",
            subject="broadcasts.safeguards:1",
            sentence="配信の安全弁の設定を変えました。",
            detail={"after": changed, "before": {name: str(before[name]) for name in changed}},
        )
    return town


@transaction.atomic
def entrust_disasters(*, department: Department, staff: StaffMember | None) -> Scope:
    """Make disaster messages a matter of `department`; whoever else may, is granted on the rights page.

    Entrusting twice is the same as once; another department does not take it from the first.
    """
    scope = Scope.objects.select_for_update(no_key=True).filter(kind=DISASTER).first()
    if scope is None:
        scope = townhall.own(
            department=department, kind=DISASTER, name="災害のときの配信とメニュー"
        )
        audit.record(
            staff_id=staff.pk if staff else None,
            actor=staff.name if staff else "yakuba",
            action="granted",
            subject=f"townhall.scope:{scope.pk}",
            sentence=f"災害のときの配信とメニューの切り替えを{department.name}の担当にしました。",
        )
    return scope


@transaction.atomic
def prepare(
    template: Template | None,
    *,
    scope: Scope,
    name: str,
    content: object,
    condition: object,
    staff: StaffMember | None,
    order: int | None = None,
    rev: int | None = None,
) -> Template:
    """Keep a message for a disaster, in calm hours. Places in 〔 〕 are filled in when it is sent.

    Raises:
        ChangedMeanwhile, conditions.checking.BrokenCondition
    """
    segments.check(condition)
    if template is None:
        template = Template(scope=scope, is_for_disaster=True)
    else:
        lock(template)
        if rev is not None and rev != template.rev:
            raise ChangedMeanwhile
    template.name, template.condition = name, condition
    template.content = content_of(content)
    template.changed_at, template.changed_by = clock.now(), staff
    template.order = template.order if order is None else order
    template.rev += 1
    template.save()
    _note(template, staff, "changed", f"災害用のひな形「{name}」を整えました。")
    return template


@transaction.atomic
def discard(template: Template, *, staff: StaffMember) -> None:
    _note(template, staff, "deleted", f"災害用のひな形「{template.name}」を消しました。")
    template.delete()


def _note(template: Template, staff: StaffMember | None, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"broadcasts.template:{template.public_id}",
        sentence=sentence,
    )
