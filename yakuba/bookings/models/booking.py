"""Who has what: a booking and its items."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models.facility import Facility, Offer
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.payments.models import Charge
from yakuba.procedures.models import Run
from yakuba.residents.models import Group, Resident
from yakuba.townhall.models import Capability, Scope, StaffMember


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(facility__scope__in=Scope.objects.visible_to(staff, capability))

    def standing(self) -> Self:
        """Keep those that keep everybody else out."""
        return self.filter(status__in=Booking.Status.standing())

    def of(self, resident: Resident) -> Self:
        return self.filter(resident=resident)


class Booking(models.Model):
    """One resident, or somebody without LINE, has what its items say."""

    class Status(models.TextChoices):
        HELD = "held", _("仮予約")  # waiting for the fee
        PENDING = "pending", _("承認待ち")  # waiting for a clerk
        CONFIRMED = "confirmed", _("確定")
        CANCELLED = "cancelled", _("取消")
        EXPIRED = "expired", _("期限切れ")
        DONE = "done", _("利用済み")
        NO_SHOW = "no_show", _("来館なし")

        @classmethod
        def standing(cls) -> tuple[str, ...]:
            """The statuses whose claims are live."""
            return (cls.HELD, cls.PENDING, cls.CONFIRMED)

    class Source(models.TextChoices):
        TALK = "talk", _("トーク")
        PAGE = "page", _("ページ")
        DESK = "desk", _("窓口・電話")
        DRAW = "draw", _("抽選")
        WAITLIST = "waitlist", _("キャンセル待ち")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    receipt_no = models.CharField(_("予約番号"), max_length=20, unique=True)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="bookings")
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, related_name="bookings"
    )  # None: without LINE, or forgotten
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="bookings")
    made_for = EncryptedJSON()  # name, kana, phone of somebody without LINE; {} otherwise
    by_resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, related_name="+"
    )  # who did it for them: a family member, a group's deputy
    by_staff = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("受付方法"), max_length=8, choices=Source)
    status = models.CharField(_("状態"), max_length=9, choices=Status, default=Status.HELD)
    rev = models.PositiveIntegerField(default=0)  # grows with each change; old reminders are told
    once = models.UUIDField(unique=True)  # the key of the wish: the same wish is booked once
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")
    answers = EncryptedJSON()  # [{"label", "value"}], as they were handed in
    lines = models.JSONField(
        default=list
    )  # the price as promised: [{label, unit, quantity, amount}]
    hold_until = models.DateTimeField(null=True)  # a held booking falls then
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = EncryptedText(default="")
    # What was booked or changed last may be given up until then without a fee and without a mark.
    grace_until = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)  # the person is gone, the figure stays

    objects = BookingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="booking_to_expire", fields=["hold_until"], condition=Q(status="held")
            ),
            models.Index(name="booking_of_resident", fields=["resident", "status"]),
            models.Index(name="booking_newest", fields=["facility", "-made_at"]),
        ]

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def is_standing(self) -> bool:
        return self.status in self.Status.standing()

    @property
    def subject(self) -> str:
        """What the trail calls the booking."""
        return f"bookings.booking:{self.pk}"

    @property
    def fee_yen(self) -> int:
        return max(0, sum(int(line["amount"]) for line in self.lines))


class BookingItem(models.Model):
    """One thing and one period of a booking; what it was before a change stays as a row that is not live."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="items")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="items")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    quantity = models.PositiveSmallIntegerField(_("人数・数"), default=1)
    live = models.BooleanField(default=True)
    # what makes a difference to the price: {"category": "resident", "equipment": {...}}
    terms = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(name="booking_item_when", fields=["offer", "starts_at"]),
            models.Index(
                name="booking_item_live",
                fields=["starts_at"],
                condition=Q(live=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="booking_item_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="booking_item_is_some", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.offer_id} {self.starts_at:%Y-%m-%d %H:%M}"


class BookingCharge(models.Model):
    """A charge is for this booking. The amount and what was paid are the charge's and the ledger's."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="charges")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.booking_id} {self.charge_id}"
