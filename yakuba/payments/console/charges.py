"""What was asked for, in a list."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import wareki
from yakuba.payments import queries, rules
from yakuba.payments.console.connections import me
from yakuba.payments.models import Charge
from yakuba.townhall.models import Capability

STANDINGS: dict[str, str] = {
    "none": "なし",
    "due": "未納",
    "partly_paid": "一部納付",
    "paid": "納付ずみ",
    "overpaid": "多く納付",
    "refund_due": "返金が必要",
}


def _found(charges: QuerySet[Charge], words: str) -> QuerySet[Charge]:
    return queries.found(charges, words)


def _in_state(charges: QuerySet[Charge], state: str) -> QuerySet[Charge]:
    return queries.in_state(charges, state)


def _how(charge: Charge) -> str:
    how: rules.Standing = queries.standing(charge)
    return STANDINGS[how]


CHARGES: Listing[Charge] = Listing(
    key="payments.charges",
    title=_("請求"),
    columns=[
        Column("number", _("番号"), lambda charge: charge.number),
        Column("title", _("何の請求か"), lambda charge: charge.title, sort="title"),
        Column("amount", _("金額"), lambda charge: f"{charge.amount:,}円", sort="amount", at_end=True),
        Column("standing", _("支払い"), _how),
        Column("kind", _("請求の種類"), lambda charge: charge.get_kind_display()),
        Column(
            "due", _("期限"),
            lambda charge: wareki.short(charge.due_on) if charge.due_on else "", sort="due_on",
        ),
        Column("department", _("課"), lambda charge: charge.scope.department.name),
        Column("made", _("請求した日"), lambda charge: wareki.moment(charge.made_at), sort="made_at"),
    ],
    order="-made_at",
    empty=Empty(_("請求はまだありません"), _("手数料のある手続が申請されると、ここに並びます。")),
    href=lambda charge: reverse("console:payment_charge", args=[charge.public_id]),
    filters=[
        Filter(
            "state", _("支払い"),
            lambda staff: [("open", _("未納")), ("late", _("期限を過ぎた")), ("settled", _("納付ずみ")), ("void", _("取消"))],
            _in_state,
        )
    ],
    search=_found,
    search_hint=_("番号・請求の名前"),
)  # fmt: skip


@page(
    "payments/",
    title=_("請求と収納"),
    name="payment_charges",
    needs=Capability.VIEW,
    section=Section.FIGURES,
    order=40,
)
def charges(request: StaffRequest) -> HttpResponse:
    """The charges of what this person may see."""
    rows = Charge.objects.visible_to(me(request)).select_related("scope__department")
    return lists.answer(request, CHARGES, rows=rows)
