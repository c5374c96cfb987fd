"""The town, its departments, its staff, and who may do what."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock


class Town(models.Model):
    """The town itself: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("名称"), max_length=40)
    kana = models.CharField(_("よみがな"), max_length=80, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=10, blank=True)
    code = models.CharField(_("全国地方公共団体コード"), max_length=6, blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    phone = models.CharField(_("代表電話"), max_length=20, blank=True)
    hours = models.CharField(_("開庁時間"), max_length=100, blank=True)
    website = models.URLField(_("ホームページ"), blank=True)
    latitude = models.FloatField(_("役場の緯度"), null=True, blank=True)  # where maps begin
    longitude = models.FloatField(_("役場の経度"), null=True, blank=True)
    licences = models.PositiveIntegerField(_("職員IDの上限"), default=17)  # 5(3)ア
    code_by_mail = models.BooleanField(_("メールの確認コードでのサインインを許す"), default=False)
    session_minutes = models.PositiveIntegerField(
        _("操作がないときにサインアウトするまで（分）"), default=60
    )

    class Meta:
        constraints = [models.CheckConstraint(name="town_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A department: the telephone a resident is given, and the addresses that are told what came in."""

    code = models.SlugField(_("コード"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kana = models.CharField(_("よみがな"), max_length=120, blank=True)
    phone = models.CharField(_("電話"), max_length=20, blank=True)
    hours = models.CharField(_("受付時間"), max_length=100, blank=True)
    emails = models.JSONField(_("通知先メールアドレス"), default=list)  # list[str]
    order = models.PositiveIntegerField(_("並び順"), default=0)
    closed_on = models.DateField(_("廃止日"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class StaffQuerySet(models.QuerySet["StaffMember"]):
    def active_on(self, day: date) -> Self:
        """Keep the people who may sign in on `day`."""
        return self.filter(
            Q(active_from=None) | Q(active_from__lte=day),
            Q(active_until=None) | Q(active_until__gte=day),
            is_active=True,
        )


class StaffManager(BaseUserManager["StaffMember"]):
    def get_queryset(self) -> StaffQuerySet:
        return StaffQuerySet(self.model, using=self._db)

    def active_on(self, day: date) -> StaffQuerySet:
        return self.get_queryset().active_on(day)

    def get_by_natural_key(self, username: str | None) -> "StaffMember":
        return self.get(email__iexact=username)


class StaffMember(AbstractBaseUser):
    """A person who works here, and signs in with the e-mail address."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=60)
    kana = models.CharField(_("よみがな"), max_length=120, blank=True)
    is_administrator = models.BooleanField(_("管理者"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)
    active_from = models.DateField(_("利用開始日"), null=True, blank=True)
    active_until = models.DateField(_("利用終了日"), null=True, blank=True)  # the last day
    sessions_ended = models.PositiveIntegerField(default=0)  # counted up to end every session
    departments: "models.ManyToManyField[Department, Membership]" = models.ManyToManyField(
        Department, through="Membership", related_name="staff"
    )

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}:{self.sessions_ended}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for older in super().get_session_auth_fallback_hash():
            yield f"{older}:{self.sessions_ended}"

    def is_active_on(self, day: date) -> bool:
        return (
            self.is_active
            and (self.active_from is None or self.active_from <= day)
            and (self.active_until is None or day <= self.active_until)
        )


class Capability(models.TextChoices):
    """What a department may do with something that has a scope."""

    VIEW = "view", _("一覧を見る")
    PERSONAL = "personal", _("個人情報を見る")
    HANDLE = "handle", _("処理する")
    DECIDE = "decide", _("決定する")  # approve, reject, issue, take a decision up again
    REFUND = "refund", _("返金する")  # say yes, as a second person, to money going back
    EXPORT = "export", _("書き出す")
    DESIGN = "design", _("作る・直す")
    PUBLISH = "publish", _("公開する・送信する")


class Membership(models.Model):
    """One person in one department, and what the person may use of the department's grants."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("責任者")
        CLERK = "clerk", _("担当者")
        READER = "reader", _("閲覧者")

        @property
        def capabilities(self) -> frozenset[str]:
            """The capabilities that this role lets a person use."""
            everything = frozenset(Capability.values)
            if self == self.MANAGER:
                return everything
            if self == self.CLERK:
                return everything - {Capability.PUBLISH, Capability.REFUND}
            return frozenset({Capability.VIEW})

    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    role = models.CharField(_("役割"), max_length=10, choices=Role, default=Role.CLERK)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["staff", "department"])
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.department_id} {self.role}"


class ScopeQuerySet(models.QuerySet["Scope"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        """Keep the scopes with which `staff` may do `capability`, through any of their departments."""
        roles = [r.value for r in Membership.Role if capability in r.capabilities]
        mine = Membership.objects.filter(
            staff__in=StaffMember.objects.active_on(clock.today()).filter(pk=staff.pk),
            role__in=roles,
            department__closed_on=None,
        ).values("department")
        granted = Grant.objects.filter(capability=capability, department__in=mine)
        return self.filter(pk__in=granted.values("scope"))


class Scope(models.Model):
    """Something that belongs to a department: a procedure, a facility, a register, a delivery …

    The higher package holds the key to this row; grants are given on this row.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="scopes")
    kind = models.CharField(max_length=20)  # the package that owns the thing
    name = models.CharField(max_length=200)  # what an administrator reads in the list of grants

    objects = ScopeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One department may do one thing within one scope (6(4)ク). Nothing is allowed without a row here."""

    scope = models.ForeignKey(Scope, models.CASCADE, related_name="grants")
    department = models.ForeignKey(Department, models.PROTECT, related_name="grants")
    capability = models.CharField(max_length=10, choices=Capability)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_once", fields=["scope", "department", "capability"])
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.capability} {self.scope_id}"


class ClosedDay(models.Model):
    """A day on which the town hall is closed besides weekends and national holidays."""

    day = models.DateField(_("日"), unique=True)
    reason = models.CharField(_("理由"), max_length=100)

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class Changeover(models.Model):
    """A list of who joins, moves and leaves on one day; carried out once, when business time reaches it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("予定")
        DONE = "done", _("実施ずみ")
        CANCELLED = "cancelled", _("取りやめ")
        REFUSED = "refused", _("実施できませんでした")

    day = models.DateField(_("実施日"))
    movers = models.JSONField()  # as rules.Mover, one per person
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(name="changeover_planned", fields=["day"], condition=Q(state="planned"))
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"
