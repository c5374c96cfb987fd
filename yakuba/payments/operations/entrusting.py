"""Who keeps the town's books: the accounting section reads every charge, and nothing of what it is for."""

from django.db import transaction

from yakuba.audit import operations as audit
from yakuba.payments.models import CASHIER
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, Scope, StaffMember


@transaction.atomic
def entrust_books(*, department: Department, staff: StaffMember | None) -> Scope:
    """Let `department` read what the whole town asked for and received (調定・収納).

    Entrusting twice is the same as once; whoever else may, is granted on the rights page.
    """
    scope = Scope.objects.select_for_update(no_key=True).filter(kind=CASHIER).first()
    if scope is None:
        scope = townhall.own(department=department, kind=CASHIER, name="町全体の調定・収納")
        audit.record(
            staff_id=staff.pk if staff else None,
            actor=staff.name if staff else "yakuba",
            action="granted",
            subject=f"townhall.scope:{scope.pk}",
            sentence=f"町全体の調定・収納を見る課を{department.name}にしました。",
        )
    return scope
