"""The truth about who has which unit when, and about seats."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models.booking import BookingItem
from yakuba.bookings.models.facility import Facility, Offer, Unit
from yakuba.townhall.models import StaffMember


class Block(models.Model):
    """A time that the town keeps for itself."""

    class Kind(models.TextChoices):
        TOWN_USE = "town_use", _("町の利用")
        MAINTENANCE = "maintenance", _("点検・工事")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    facility = models.ForeignKey(Facility, models.CASCADE, related_name="blocks")
    kind = models.CharField(_("種類"), max_length=11, choices=Kind, default=Kind.TOWN_USE)
    title = models.CharField(_("内容"), max_length=100)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    series = models.UUIDField(null=True)  # made together: every Tuesday of a term
    units = models.ManyToManyField(Unit, related_name="+")
    made_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="block_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]

    def __str__(self) -> str:
        return self.title


class Claim(models.Model):
    """One unit, for one period, and nobody else: no two live claims of a unit overlap.

    Claims are inserted with ON CONFLICT DO NOTHING, in the order of unit and time, never saved: a plain
    insert against an exclusion constraint deadlocks with its rivals (docs/decisions/0080). One that is
    not live never lives again.
    """

    class Kind(models.TextChoices):
        BOOKING = "booking", _("予約")
        BLOCK = "block", _("町の利用・点検")
        OFFER = "offer", _("キャンセル待ちの案内")
        DRAW = "draw", _("抽選の対象")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="claims")
    during = DateTimeRangeField()  # [start, end + turnover)
    kind = models.CharField(max_length=7, choices=Kind)
    live = models.BooleanField(default=True)
    hold_until = models.DateTimeField(null=True)  # falls then, if nothing made it certain
    item = models.ForeignKey(BookingItem, models.CASCADE, null=True, related_name="claims")
    block = models.ForeignKey(Block, models.CASCADE, null=True, related_name="claims")
    holder = models.UUIDField(null=True)  # of whoever plugs in: a draw's round, somebody who waits

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="claim_no_overlap",
                # `unit WITH =` would need the extension btree_gist, which not every PostgreSQL has.
                expressions=[
                    (
                        Func(
                            F("unit"),
                            F("unit"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(live=True),
            ),
            models.CheckConstraint(
                name="claim_is_a_period",
                condition=Q(
                    during__isempty=False,
                    during__lower_inf=False,
                    during__upper_inf=False,
                    during__lower_inc=True,
                    during__upper_inc=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="claim_stale",
                fields=["hold_until"],
                condition=Q(live=True, hold_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.during}"


class Session(models.Model):
    """One date of an offer with seats: a concert, a class, an interview."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="sessions")
    title = models.CharField(_("催しの名前"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    capacity = models.PositiveIntegerField(_("定員"))
    taken = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="session_once",
                fields=["offer", "starts_at"],
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="session_is_not_oversold", condition=Q(taken__lte=F("capacity"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Seat(models.Model):
    """A numbered seat of an offer. `beside` is the place of whoever accompanies a wheelchair."""

    class Kind(models.TextChoices):
        PLAIN = "plain", _("一般席")
        WHEELCHAIR = "wheelchair", _("車いす席")
        COMPANION = "companion", _("介助者席")

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="seats")
    label = models.CharField(_("席番号"), max_length=20)
    kind = models.CharField(_("席の種類"), max_length=10, choices=Kind, default=Kind.PLAIN)
    beside = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="seat_label_once", fields=["offer", "label"]),
        ]

    def __str__(self) -> str:
        return self.label


class Ticket(models.Model):
    """One place at a session, for an item; with a number where the seats have numbers."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="tickets")
    item = models.ForeignKey(BookingItem, models.CASCADE, related_name="tickets")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="ticket_seat_once",
                fields=["session", "seat"],
                condition=Q(live=True, seat__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.seat_id}"
