"""Lock makers as contracted, doors, codes with their three facts, and what a person has to do."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Booking, Facility, Unit
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Scope, StaffMember


class Connection(models.Model):
    """A lock maker's service as the town has contracted it. Times are the machine's."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(_("錠のメーカー"), max_length=20)  # a key of `sockets.lock_makers`
    name = models.CharField(_("表示名"), max_length=60)
    settings = EncryptedJSON()  # a `sockets.Contract` of the kind; keys in it are never shown again
    memory = EncryptedJSON(default=dict)  # what the kind has to remember: tokens
    is_on = models.BooleanField(_("使う"), default=False)
    checked_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)  # [{"words", "field"}] of the last check
    changed_at = models.DateTimeField(db_default=Now())
    next_call_at = models.DateTimeField(db_default=Now())  # the maker is asked one after the other
    quiet_until = models.DateTimeField(null=True)  # the maker said: too many
    refused = models.PositiveIntegerField(default=0)  # messages that were not from the maker

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail calls the connection."""
        return f"locks.connection:{self.public_id}"


class DoorQuerySet(models.QuerySet["Door"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(facility__scope__in=Scope.objects.visible_to(staff, capability))

    def in_use(self) -> Self:
        return self.filter(is_on=True, connection__is_on=True)


class Door(models.Model):
    """A door of a facility with a lock on it. Without units it is passed by everybody who booked there."""

    class Mode(models.TextChoices):
        PER_BOOKING = "booking", _("予約ごとの番号")
        DAILY = "daily", _("その日の共通番号")

    class Tells(models.TextChoices):
        TALK = "talk", _("トークに番号を書く")
        PAGE = "page", _("ページだけで見せる")

    class Opening(models.TextChoices):
        NORMAL = "", _("ふだんどおり")
        ASKED = "asked", _("頼んでいるところ")
        DONE = "done", _("すんだ")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="doors")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="doors")
    name = models.CharField(_("ドアの名前"), max_length=60)
    device = models.CharField(
        _("錠の番号（メーカーの）"), max_length=100, blank=True, db_collation="C"
    )
    order = models.PositiveSmallIntegerField(_("通る順"), default=0)
    units = models.ManyToManyField(Unit, related_name="doors", blank=True)
    mode = models.CharField(_("番号の出し方"), max_length=7, choices=Mode, default=Mode.PER_BOOKING)
    tells = models.CharField(_("番号の知らせ方"), max_length=4, choices=Tells, default=Tells.TALK)
    before_minutes = models.PositiveSmallIntegerField(_("開始前に開く時間（分）"), default=10)
    after_minutes = models.PositiveSmallIntegerField(_("終了後に開く時間（分）"), default=10)
    may_share = models.BooleanField(
        _("前後の利用者の時間にも開けてよい"), default=False
    )  # leeway is not cut by the neighbours' times
    is_shelter = models.BooleanField(_("避難所の入口"), default=False)
    is_on = models.BooleanField(_("このドアを使う"), default=True)
    heartbeat_minutes = models.PositiveIntegerField(_("同期の間隔（分）"), default=60)
    # what the maker says of the lock; machine time
    serial = models.CharField(max_length=100, blank=True)
    seen_at = models.DateTimeField(null=True)
    connected = models.BooleanField(null=True)
    battery = models.PositiveSmallIntegerField(null=True)
    # held open in a disaster: wanted, and what the maker was told
    want_open = models.BooleanField(default=False)
    opening = models.CharField(_("一斉開放"), max_length=6, choices=Opening, blank=True)
    open_next_at = models.DateTimeField(null=True)  # machine time
    lease_until = models.DateTimeField(null=True)  # machine time: one worker at a door at a time

    objects = DoorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="door_name_once", fields=["facility", "name"]),
            models.UniqueConstraint(
                name="door_device_once", fields=["connection", "device"], condition=~Q(device="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail calls the door."""
        return f"locks.door:{self.public_id}"

    @property
    def heartbeat(self) -> timedelta:
        return timedelta(minutes=self.heartbeat_minutes)


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(facility__scope__in=Scope.objects.visible_to(staff, capability))

    def wanted(self) -> Self:
        return self.filter(want=AccessGrant.Want.PRESENT)

    def perhaps_live(self) -> Self:
        """Keep what is not wanted any more and may still open a door."""
        return self.filter(want=AccessGrant.Want.ABSENT, gone_at=None)


class AccessGrant(models.Model):
    """One code. Its id is the name under which the maker knows it, so that none is ever lost.

    Wanted, in the cloud, on the device: three facts, none of which is derived from another.
    """

    class Want(models.TextChoices):
        PRESENT = "present", _("要る")
        ABSENT = "absent", _("要らない")

    class Cloud(models.TextChoices):
        NONE = "none", _("まだ")
        ACCEPTED = "accepted", _("受付ずみ")
        GONE = "gone", _("取り消しずみ")

    class Why(models.TextChoices):
        CANCELLED = "cancelled", _("予約の取消・変更")
        OVER = "over", _("利用が終わった")
        SUSPENDED = "suspended", _("一斉停止")
        REPLACED = "replaced", _("番号の入れ替え")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="grants")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="grants")
    who = models.CharField(max_length=50, db_collation="C")  # "r12", "b<booking>", "daily"
    day = models.DateField(_("共通番号の日"), null=True)
    starts_at = models.DateTimeField(_("開く時刻"))
    ends_at = models.DateTimeField(_("閉まる時刻"))
    extra_until = models.DateTimeField(null=True)  # let in again for something forgotten
    code = EncryptedText(null=True)  # what the maker gave; emptied after 30 days
    wished = EncryptedText(null=True)  # what the maker was asked for
    external = EncryptedJSON(default=dict)  # what the maker calls it
    want = models.CharField(_("要るか"), max_length=7, choices=Want, default=Want.PRESENT)
    why_absent = models.CharField(_("要らない理由"), max_length=9, choices=Why, blank=True)
    cloud = models.CharField(_("メーカーの受付"), max_length=8, choices=Cloud, default=Cloud.NONE)
    rev = models.PositiveIntegerField(default=0)  # of the hours that are wanted
    cloud_rev = models.PositiveIntegerField(
        null=True
    )  # of the hours that the cloud has; None: unknown
    made_at = models.DateTimeField()  # business time, as the next two
    absent_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)  # no door knows it any more
    asked_at = models.DateTimeField(null=True)  # machine time: the maker may have it from here on
    next_at = models.DateTimeField(null=True, db_default=Now())  # machine time; None: nothing to do
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes = [
            models.Index(name="grant_due", fields=["next_at"], condition=Q(next_at__isnull=False)),
            models.Index(name="grant_of_facility", fields=["facility", "ends_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.want} {self.cloud}"

    @property
    def subject(self) -> str:
        """What the trail calls the code."""
        return f"locks.grant:{self.pk}"

    @property
    def is_wanted(self) -> bool:
        return self.want == self.Want.PRESENT

    @property
    def cloud_is_current(self) -> bool:
        return self.cloud == self.Cloud.ACCEPTED and self.cloud_rev == self.rev


class GrantDoor(models.Model):
    """What one door knows of a code. `device` is the lock that hung there when the code was made."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("まだ")
        PENDING = "pending", _("同期待ち")
        SYNCED = "synced", _("ドアに届いた")
        FAILED = "failed", _("ドアが受け付けない")
        REMOVED = "removed", _("ドアから消えた")

    grant = models.ForeignKey(AccessGrant, models.CASCADE, related_name="at_doors")
    door = models.ForeignKey(Door, models.PROTECT, related_name="at_grants")
    device = models.CharField(max_length=100, blank=True, db_collation="C")
    order = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("ドアの状態"), max_length=7, choices=State, default=State.UNKNOWN)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_door_once", fields=["grant", "door"]),
        ]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.device} {self.state}"


class GrantUse(models.Model):
    """A booking that a code is for, and which state of the code the resident was told."""

    grant = models.ForeignKey(AccessGrant, models.CASCADE, related_name="uses")
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="grant_uses")
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="+")
    told_rev = models.PositiveIntegerField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_use_once", fields=["grant", "booking"]),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.booking_id}"


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(facility__scope__in=Scope.objects.visible_to(staff, capability))

    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Task(models.Model):
    """Something about a door that a person has to do or to know."""

    class Kind(models.TextChoices):
        NOT_READY = "not_ready", _("番号がドアに届いていない")
        MAY_OPEN = "may_open", _("取り消した番号で開くおそれ")
        TYPE_IN = "type_in", _("番号を錠に登録する")
        TAKE_OUT = "take_out", _("番号を錠から消す")
        CALL = "call", _("番号を電話で伝える")
        REFUSED = "refused", _("メーカーに断られた")
        BATTERY = "battery", _("電池を替える")
        OFFLINE = "offline", _("錠とつながらない")
        REPLACED = "replaced", _("錠が取り替えられた")
        OPEN_DOOR = "open_door", _("手でドアを開ける")

    kind = models.CharField(_("すること"), max_length=9, choices=Kind)
    dedupe_key = models.CharField(max_length=120, db_collation="C")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="lock_tasks")
    door = models.ForeignKey(Door, models.PROTECT, null=True, related_name="tasks")
    grant = models.ForeignKey(AccessGrant, models.CASCADE, null=True, related_name="tasks")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="lock_tasks")
    words = models.CharField(max_length=300)  # no names, no codes
    raised_at = models.DateTimeField()  # business time
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(_("どうしたか"), max_length=200, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="lock_task_once", fields=["dedupe_key"], condition=Q(resolved_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"


class Emergency(models.Model):
    """All shelters' doors held open, or all codes suspended, until somebody takes it back."""

    class Kind(models.TextChoices):
        OPEN = "open", _("避難所のドアを開ける")
        SUSPEND = "suspend", _("すべての番号を止める")

    kind = models.CharField(_("緊急の操作"), max_length=7, choices=Kind)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="emergencies")
    reason = models.CharField(_("理由"), max_length=200)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="emergency_once", fields=["facility", "kind"], condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.facility_id}"


class MakerMessage(models.Model):
    """What a maker's machine sent, as it came; once, before it is understood. Times are the machine's."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="messages")
    dedupe_key = models.CharField(max_length=150, unique=True, db_collation="C")
    received_at = models.DateTimeField(db_default=Now())
    raw = EncryptedText(null=True)  # emptied after 30 days
    processed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="maker_message_new", fields=["id"], condition=Q(processed_at=None))
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
