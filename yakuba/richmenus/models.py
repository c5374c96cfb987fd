"""Menus, their drafts and versions; who sees which; and what LINE has of it."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.line.models import Lane
from yakuba.townhall.models import Capability, Scope, StaffMember


class RichMenuQuerySet(models.QuerySet["RichMenu"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))

    def living(self) -> Self:
        return self.exclude(state=RichMenu.State.REMOVED)


class RichMenu(models.Model):
    """A menu of the town: 町民向け, 町外の方, 防災."""

    class State(models.TextChoices):
        DRAFT = "draft", _("準備中")  # never published
        PUBLISHED = "published", _("公開中")
        REMOVED = "removed", _("しまった")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    key = models.SlugField(_("ファイルの名前"), max_length=40, unique=True)
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="richmenu")
    name = models.CharField(_("名前"), max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    shown = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="shown_of"
    )  # what LINE has in place; follows `current` as soon as LINE allows
    dead_links = models.JSONField(default=list)  # [[address, what came of it]], of the last look
    links_checked_at = models.DateTimeField(null=True)

    objects = RichMenuQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="published_menu_has_a_version",
                condition=~Q(state="published") | Q(current__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail and the taps call the menu."""
        return f"richmenus.richmenu:{self.public_id}"


class Draft(models.Model):
    """What the editor edits: one per menu. `rev` tells two clerks apart."""

    menu = models.OneToOneField(RichMenu, models.CASCADE, related_name="draft")
    document = models.JSONField()  # a `definition.Menu`, perhaps with problems
    rev = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"draft of {self.menu_id}"


class DraftStep(models.Model):
    """What the draft was before a change; undo goes back along these."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="steps")
    rev = models.PositiveIntegerField()
    document = models.JSONField()
    words = models.CharField(max_length=200)  # what was changed
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="menu_step_once", fields=["draft", "rev"])]

    def __str__(self) -> str:
        return f"step {self.rev} of {self.draft_id}"


class Version(models.Model):
    """A menu as it was published, or will be at a time; a trigger keeps anybody from changing it."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("予約")
        PUBLISHED = "published", _("公開した")
        CANCELLED = "cancelled", _("取りやめた")

    menu = models.ForeignKey(RichMenu, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    changes = models.JSONField(default=list)  # the difference to the version before, in sentences
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    publish_at = models.DateTimeField(_("公開する日時"), null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    trouble = models.CharField(max_length=300, blank=True)  # why its pictures cannot be made

    class Meta:
        constraints = [
            models.UniqueConstraint(name="menu_version_once", fields=["menu", "number"]),
            models.UniqueConstraint(
                name="one_scheduled_version", fields=["menu"], condition=Q(state="scheduled")
            ),
            models.CheckConstraint(
                name="version_published_or_planned",
                condition=Q(publish_at__isnull=False) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu_id} v{self.number}"


class MadeMenu(models.Model):
    """What LINE has, or is to have, of one tab. LINE never changes it, so another content is another row.

    LINE's own name of it carries `key`, so that one whose making was cut off is found again.
    """

    class State(models.TextChoices):
        WANTED = "wanted", _("これから作る")
        CREATED = "created", _("画像を送る前")
        READY = "ready", _("LINEにある")
        TO_REMOVE = "to_remove", _("これから消す")
        REMOVED = "removed", _("消した")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    menu = models.ForeignKey(RichMenu, models.PROTECT, related_name="made")
    tab = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)  # of LINE's object and the picture
    mark = models.CharField(max_length=16, db_collation="C")  # what its postbacks carry
    document = models.JSONField()  # the tab; so a press on an old menu is still understood
    body = models.JSONField()  # LINE's object, without its name
    image = models.BinaryField()  # emptied when removed
    image_type = models.CharField(max_length=20)
    line_id = models.CharField(max_length=64, blank=True, db_collation="C")
    state = models.CharField(max_length=10, choices=State, default=State.WANTED)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())  # machine time
    trouble = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True)  # machine time: LINE had it whole

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="made_menu_once", fields=["sha256"], condition=~Q(state="removed")
            ),
        ]
        indexes = [
            models.Index(name="made_by_mark", fields=["mark"]),
            models.Index(name="made_by_line_id", fields=["line_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.menu_id}/{self.tab} {self.state}"


class VersionTab(models.Model):
    """Which made menu is which tab of a version. The one with place 0 is what people are linked to."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="tabs")
    place = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=8)
    made = models.ForeignKey(MadeMenu, models.PROTECT, related_name="tabs")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="version_tab_once", fields=["version", "place"])
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.key}"


class Alias(models.Model):
    """LINE's name for a tab, by which tabs switch to each other; LINE may be told to point it elsewhere."""

    name = models.CharField(max_length=32, primary_key=True, db_collation="C")
    menu = models.ForeignKey(RichMenu, models.PROTECT, related_name="aliases")
    tab = models.CharField(max_length=8)
    made = models.ForeignKey(
        MadeMenu, models.PROTECT, null=True, related_name="aliases"
    )  # what it points to at LINE; None: nothing yet, or not known

    def __str__(self) -> str:
        return self.name


class MenuRuleQuerySet(models.QuerySet["MenuRule"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(menu__scope__in=Scope.objects.visible_to(staff, capability))

    def running(self) -> Self:
        return self.filter(state=MenuRule.State.RUNNING)

    def standing(self) -> Self:
        return self.exclude(state=MenuRule.State.OVER)


class MenuRule(models.Model):
    """Who sees a menu, from when until when. What is judged first has the smaller `priority`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("開始待ち")
        RUNNING = "running", _("有効")
        OVER = "over", _("終了")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    menu = models.ForeignKey(RichMenu, models.PROTECT, related_name="rules")
    kind = models.CharField(_("種類"), max_length=20)  # a key of `sockets.rule_kinds`
    name = models.CharField(_("だれに見せるか"), max_length=80)
    condition = models.JSONField(null=True)  # a tree of `conditions`, for kinds that have one
    priority = models.PositiveIntegerField(_("優先順位"), default=100)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    starts_at = models.DateTimeField(_("始まり"))
    ends_at = models.DateTimeField(_("終わり"), null=True)
    ended_at = models.DateTimeField(
        null=True
    )  # when it was really over; earlier if a person ended it
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    rev = models.PositiveIntegerField(default=0)

    objects = MenuRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_default_menu",
                fields=["kind"],
                condition=Q(kind="default") & ~Q(state="over"),
            ),
            models.CheckConstraint(
                name="rule_has_an_end", condition=Q(kind="default") | Q(ends_at__isnull=False)
            ),
            models.CheckConstraint(
                name="rule_ends_after_its_beginning",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LinkBatch(models.Model):
    """At most 500 people who are to be linked to one made menu, or unlinked; stored before LINE is asked."""

    class State(models.IntegerChoices):
        PENDING = 0, _("待っています")
        SENDING = 1, _("送信中")
        DONE = 2, _("切り替えました")
        FAILED = 3, _("切り替えられませんでした")

    made = models.ForeignKey(MadeMenu, models.PROTECT, null=True, related_name="batches")
    rule = models.ForeignKey(MenuRule, models.SET_NULL, null=True, related_name="batches")
    user_ids = ArrayField(models.CharField(max_length=33))  # emptied when it is over
    people = models.PositiveSmallIntegerField()
    is_farewell = models.BooleanField(default=False)  # of people we know nothing of any more
    lane = models.SmallIntegerField(choices=Lane, default=Lane.DELIVERY)
    state = models.SmallIntegerField(choices=State, default=State.PENDING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    http_status = models.SmallIntegerField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()  # business time
    done_at = models.DateTimeField(null=True)  # machine time

    class Meta:
        indexes = [
            models.Index(
                name="link_batch_open", fields=["lane", "id"], condition=Q(state__in=(0, 1))
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_state_display()}"


class Assignment(models.Model):
    """Which menu one LINE account is to see, and which it is linked to as far as we know.

    Whoever never saw anything but the default has no row. It goes by the LINE user id, because LINE links
    telephones, not people; a telephone that changes hands keeps its link.
    """

    line_user_id = models.CharField(max_length=33, primary_key=True, db_collation="C")
    rule = models.ForeignKey(MenuRule, models.SET_NULL, null=True, related_name="assignments")
    menu = models.ForeignKey(
        RichMenu, models.PROTECT, null=True, related_name="assignments"
    )  # None: the default, for which nobody needs a link
    since = models.DateTimeField()  # business time: it is to see this menu
    linked = models.ForeignKey(MadeMenu, models.PROTECT, null=True, related_name="linked")
    is_known = models.BooleanField(default=True)  # False: whatever LINE has, it is told anew
    linked_at = models.DateTimeField(null=True)  # machine time
    batch = models.ForeignKey(LinkBatch, models.SET_NULL, null=True, related_name="assignments")

    class Meta:
        indexes = [models.Index(name="assignment_by_menu", fields=["menu"])]

    def __str__(self) -> str:
        return f"…{self.line_user_id[-4:]}"


class Budget(models.Model):
    """How often LINE was asked for something scarce in the present hour (machine time)."""

    name = models.CharField(max_length=20, primary_key=True)  # create, delete, alias
    began_at = models.DateTimeField(db_default=Now())
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.used}"


class Mirror(models.Model):
    """The one that makes LINE like us: whose turn it is, and what LINE's default is as far as we know."""

    default = models.ForeignKey(MadeMenu, models.PROTECT, null=True, related_name="+")
    is_default_known = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)  # machine time
    looked_at = models.DateTimeField(null=True)  # machine time: LINE's own list was read
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return "mirror"
