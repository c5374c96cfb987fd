"""Plan one delivery to everybody, as a process of its own: `python -m bench.delivering NAME`; prints the seconds."""

import sys
import time

import django


def main(name: str) -> None:
    django.setup()

    from django.db import transaction

    from yakuba.broadcasts import operations
    from yakuba.broadcasts.models import Delivery
    from yakuba.broadcasts.operations import planning
    from yakuba.broadcasts.rules import content
    from yakuba.kit.db import lock
    from yakuba.line import quota
    from yakuba.segments import queries as segments
    from yakuba.townhall.models import Department, StaffMember

    staff = StaffMember.objects.create(email="clerk@bench.example", name="職員")
    department = Department.objects.order_by("pk")[0]
    delivery = operations.draft(
        department=department,
        name=name,
        content=content.plain("明日の朝6時から、町内の除雪に入ります。車の移動にご協力ください。"),
        condition=segments.everybody(),
        staff=staff,
    )
    quota.month()
    began = time.perf_counter()
    with transaction.atomic():
        lock(delivery)
        planning.plan(Delivery.objects.get(pk=delivery.pk), staff=staff)
    print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
