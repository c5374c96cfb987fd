"""How often a register was looked into lately, without saying by whom and for whom."""

from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from yakuba.kit.clock import JAPAN
from yakuba.portal.queries import machine_now
from yakuba.registers.models import Attempt, Register

LATELY = timedelta(days=30)


def tries_by_day(register: Register) -> list[dict[str, object]]:
    """Return one line for each day on which somebody looked, the newest first."""
    by_day = (
        Attempt.objects.filter(register=register, at__gt=machine_now() - LATELY)
        .annotate(day=TruncDate("at", tzinfo=JAPAN))
        .values("day")
    )
    counted = by_day.annotate(
        found=Count("pk", filter=Q(answer="found")),
        not_found=Count("pk", filter=Q(answer="not_found")),
        already=Count("pk", filter=Q(answer="already")),
        ambiguous=Count("pk", filter=Q(answer="ambiguous")),
        hidden=Count("pk", filter=Q(was_hidden=True)),
        people=Count("who", distinct=True),
    )
    return [dict(one) for one in counted.order_by("-day")]
