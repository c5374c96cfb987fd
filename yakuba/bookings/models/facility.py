"""Facilities, their parts, and what residents may pick."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.procedures.models import Procedure
from yakuba.townhall.models import Capability, Scope, StaffMember


class FacilityQuerySet(models.QuerySet["Facility"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))

    def shown(self) -> Self:
        """Keep what residents see, in the order of its kana."""
        return self.filter(is_open=True).order_by("kana", "pk")


class Facility(models.Model):
    """A gymnasium, a community hall, a desk of the town hall: whatever is booked in its parts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="facility")
    name = models.CharField(_("施設名"), max_length=80)
    kana = models.CharField(_("ふりがな"), max_length=120)
    about = models.TextField(_("案内"), blank=True)
    to_bring = models.TextField(_("持ち物・注意"), blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    latitude = models.FloatField(_("緯度"), null=True, blank=True)
    longitude = models.FloatField(_("経度"), null=True, blank=True)
    picture = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    is_open = models.BooleanField(_("住民に見せる"), default=False)
    changed_at = models.DateTimeField()

    objects = FacilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="facility_is_somewhere_or_nowhere",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail calls the facility."""
        return f"bookings.facility:{self.public_id}"


class Unit(models.Model):
    """A part of a facility that is never divided further: half a hall, a court, a desk."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="units")
    name = models.CharField(_("部屋・区画"), max_length=60)
    order = models.PositiveIntegerField(default=0)
    turnover_minutes = models.PositiveSmallIntegerField(_("片付けの時間（分）"), default=0)
    closed_at = models.DateTimeField(null=True)  # not there any more; its past stays

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unit_name_once", fields=["facility", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(facility__scope__in=Scope.objects.visible_to(staff, capability))

    def shown(self) -> Self:
        return self.filter(is_open=True, facility__is_open=True).order_by(
            "facility__kana", "order", "pk"
        )


class Offer(models.Model):
    """What a resident picks: the whole hall, its left half, one of five courts, a seat at a concert."""

    class Shape(models.TextChoices):
        GRID = "grid", _("好きな時間")  # on a grid of so many minutes
        PERIODS = "periods", _("決まった区分")  # 午前・午後・夜間
        SESSIONS = "sessions", _("催し・定員")

    class Takes(models.TextChoices):
        ALL = "all", _("すべての区画を使う")
        ANY = "any", _("空いている区画を1つ使う")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    facility = models.ForeignKey(Facility, models.CASCADE, related_name="offers")
    name = models.CharField(_("予約できるもの"), max_length=80)
    kana = models.CharField(_("ふりがな"), max_length=120, blank=True)
    shape = models.CharField(_("時間の決め方"), max_length=8, choices=Shape, default=Shape.GRID)
    takes = models.CharField(_("区画の使い方"), max_length=3, choices=Takes, default=Takes.ALL)
    rules = models.JSONField(default=dict)  # `rules.terms.Terms`: steps, notice, horizon, fees …
    procedure = models.ForeignKey(
        Procedure, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # the questions that are asked; None: none
    needs_approval = models.BooleanField(_("職員が承認する"), default=False)
    is_open = models.BooleanField(_("受け付ける"), default=False)
    order = models.PositiveIntegerField(default=0)
    units = models.ManyToManyField(Unit, through="OfferUnit", related_name="offers")

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="offer_name_once", fields=["facility", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class OfferUnit(models.Model):
    """An offer takes this unit, or one of those that it has."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="offer_unit_once", fields=["offer", "unit"]),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.unit_id}"
