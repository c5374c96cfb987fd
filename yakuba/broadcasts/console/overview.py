"""The list of deliveries, and what Today says of them."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import queries
from yakuba.broadcasts.console.shared import me, people
from yakuba.broadcasts.models import Batch, Delivery, Series
from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import Figure, Group, Section, Staff, StaffRequest, card, page
from yakuba.kit import clock, wareki
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember


def _progress(delivery: Delivery) -> str:
    if delivery.state in Delivery.State.before_sending():
        return "—"
    if delivery.state == Delivery.State.SENT or not delivery.planned:
        return "100%"
    return f"{100 * queries.progress(delivery).done // delivery.planned}%"


def _in_state(deliveries: QuerySet[Delivery], state: str) -> QuerySet[Delivery]:
    return deliveries.filter(state=state)


def _found(deliveries: QuerySet[Delivery], words: str) -> QuerySet[Delivery]:
    return deliveries.filter(name__icontains=words)


DELIVERIES: Listing[Delivery] = Listing(
    key="broadcasts.deliveries",
    title=_("配信"),
    columns=[
        Column("name", _("名前"), lambda one: one.name, sort="name"),
        Column("state", _("状態"), lambda one: one.get_state_display(), sort="state"),
        Column("progress", _("進み具合"), _progress, at_end=True),
        Column("people", _("人数"), people, sort="planned", at_end=True),
        Column(
            "sent",
            _("送った日時"),
            lambda one: wareki.moment(one.sent_at) if one.sent_at else "—",
            sort="sent_at",
        ),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="-made_at",
    empty=Empty(
        _("配信はまだありません"),
        _("お知らせを送る相手を選び、本文を書いて、人数を確かめてから送ります。"),
    ),
    href=lambda one: reverse("console:delivery", args=[one.public_id]),
    filters=[Filter("state", _("状態"), lambda staff: Delivery.State.choices, _in_state)],
    search=_found,
    search_hint=_("配信の名前"),
)


@page("deliveries/", title=_("配信"), name="deliveries", section=Section.DELIVERY, order=10)
def deliveries(request: StaffRequest) -> HttpResponse:
    """The deliveries of departments that let this person see them."""
    rows = Delivery.objects.visible_to(me(request)).select_related("scope__department")
    return lists.answer(
        request,
        DELIVERIES,
        rows=rows,
        template="broadcasts/console/deliveries.html",
        context={"may_make": segments.departments_of_makers(me(request)).exists()},
    )


@card(group=Group.WAITING, order=20)
def waiting(staff: Staff) -> Sequence[Figure]:
    """Deliveries that a person is asked about: a second word, or what the fuse held."""
    person = StaffMember.objects.filter(pk=staff.pk).first()
    if person is None:
        return []
    mine = Delivery.objects.visible_to(person, Capability.PUBLISH)
    own = Q(made_by=person) | Q(changed_by=person) | Q(sent_by=person)
    address = reverse("console:deliveries")
    figures = (
        Figure(
            _("承認を待っている配信"),
            mine.filter(state="asked").exclude(own).count(),
            f"{address}?state=asked",
        ),
        Figure(
            _("送らずに止めた配信"),
            mine.filter(state="held", feed="").count(),
            f"{address}?state=held",
        ),
        Figure(
            _("承認を待っている定期配信"),
            Series.objects.visible_to(person, Capability.PUBLISH)
            .filter(state="asked")
            .exclude(Q(made_by=person) | Q(changed_by=person) | Q(begun_by=person))
            .count(),
            reverse("console:series_list"),
        ),
        *(
            Figure(
                _("連携から届いて止めたもの"),
                one["number"],
                reverse("console:held_feed", args=[one["feed"]]),
            )
            for one in mine.filter(state="held")
            .exclude(feed="")
            .values("feed")
            .annotate(number=Count("pk"))
        ),
    )
    return [figure for figure in figures if figure.value]


@card(group=Group.PLANNED, order=20)
def planned(staff: Staff) -> Sequence[Figure]:
    """Deliveries that go out by themselves today."""
    person = StaffMember.objects.filter(pk=staff.pk).first()
    if person is None:
        return []
    tomorrow = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    coming = Delivery.objects.visible_to(person).filter(
        state__in=("scheduled", "waiting"), begins_at__lt=tomorrow
    )
    figure = Figure(_("今日送る配信"), coming.count(), reverse("console:schedule"))
    return [figure] if figure.value else []


@card(group=Group.FAILED, order=20)
def failed(staff: Staff) -> Sequence[Figure]:
    """Deliveries that stand still until somebody decides."""
    person = StaffMember.objects.filter(pk=staff.pk).first()
    if person is None:
        return []
    mine = Delivery.objects.visible_to(person)
    doubtful = Batch.objects.filter(delivery=OuterRef("pk"), state=Batch.State.UNCERTAIN)
    address = reverse("console:deliveries")
    figures = (
        Figure(
            _("中断している配信"), mine.filter(state="halted").count(), f"{address}?state=halted"
        ),
        Figure(_("届いたか分からない配信"), mine.filter(Exists(doubtful)).count(), address),
    )
    return [figure for figure in figures if figure.value]
