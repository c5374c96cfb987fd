"""People, the LINE accounts attached to them, and what the town knows in order to tell them the right things."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.kit.fields import EncryptedText
from yakuba.townhall.models import StaffMember

CALLED = "residents.called"  # what the keyed hash of the LINE name is for
TAGS = "tags"  # the key of the attribute whose choices are the tags that staff give
BORN_ON = "born_on"  # the key of the one thing kept in a column: ages are computed from it


class ResidentQuerySet(models.QuerySet["Resident"]):
    def of_line(self, user_id: str) -> Self:
        """Keep the resident to whom this LINE user id is attached now."""
        return self.filter(accounts__line_user_id=user_id, accounts__detached_at=None)


class Resident(models.Model):
    """A person the town knows: its own record, which outlives any telephone.

    The plain columns are the typed projection that segments are judged by; no name is among them.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    called = EncryptedText(null=True)  # the name LINE shows, only if the person let us read it
    called_hash = models.BinaryField(max_length=16, null=True)
    reachable = models.BooleanField(default=False)  # some attached account is a friend now
    born_on = models.DateField(_("生年月日"), null=True)
    language = models.CharField(_("ことば"), max_length=10, default="ja")  # ja, ja-easy, en
    text_size = models.CharField(max_length=2, default="m")  # m, l, xl
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    tags = ArrayField(models.IntegerField(), default=list)  # ids of AttributeChoice, sorted
    joined_on = models.DateField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    is_tester = models.BooleanField(_("試用環境で送ってよい人"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = ResidentQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(name="resident_tags", fields=["tags"]),
            models.Index(
                name="resident_called",
                fields=["called_hash"],
                condition=Q(called_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"resident {self.pk}"

    @property
    def number(self) -> str:
        """The public number by which staff speak of a resident without a name: R-3F2A90C1."""
        return f"R-{self.public_id.hex[:8].upper()}"

    @property
    def subject(self) -> str:
        """What the trail calls the resident."""
        return f"residents.resident:{self.public_id}"


class LineAccount(models.Model):
    """A LINE user id attached to a resident; it changes with the telephone or the provider."""

    id = models.BigAutoField(primary_key=True)
    line_user_id = models.CharField(max_length=33, db_collation="C")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="accounts")
    is_friend = models.BooleanField(default=False)
    friend_since = models.DateTimeField(null=True)
    # Milliseconds of the newest follow or unfollow; events come out of order, older ones are ignored.
    changed_by = models.BigIntegerField(default=0)
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True)
    attached_by_staff = models.BigIntegerField(null=True)  # None: attached by following

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="line_account_attached_once",
                fields=["line_user_id"],
                condition=Q(detached_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Attribute(models.Model):
    """Something the town wants to know of residents in order to inform them; defined by staff."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("ひとつ選ぶ")
        CHOICES = "choices", _("いくつでも選ぶ")
        NUMBER = "number", _("数")
        DATE = "date", _("日付")
        TEXT = "text", _("文字")

    key = models.SlugField(_("キー"), max_length=40, unique=True)
    label = models.CharField(_("名前"), max_length=60)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    per_child = models.BooleanField(_("子どもごとに持つ"), default=False)
    is_sensitive = models.BooleanField(_("少人数のときは人数を表示しない"), default=False)
    is_shown = models.BooleanField(_("受信設定に表示する"), default=True)
    order = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class AttributeChoice(models.Model):
    """One choice of an attribute; its id is the token in `Resident.tags`."""

    id = models.AutoField(primary_key=True)
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="choices")
    key = models.SlugField(max_length=40)
    label = models.CharField(_("表示"), max_length=60)
    kana = models.CharField(max_length=120, blank=True)
    # Whoever has reached this age, and not that of the next choice, belongs here; None: not an age.
    from_age = models.PositiveSmallIntegerField(_("何歳から"), null=True, blank=True)
    order = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attribute_choice_once", fields=["attribute", "key"])
        ]

    def __str__(self) -> str:
        return self.label


class FamilyMember(models.Model):
    """A person in the resident's family, as the resident told it."""

    class Relation(models.TextChoices):
        CHILD = "child", _("子")
        SPOUSE = "spouse", _("配偶者")
        PARENT = "parent", _("親")
        GRANDCHILD = "grandchild", _("孫")
        OTHER = "other", _("その他")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="family")
    name = EncryptedText()
    kana = EncryptedText(null=True)
    born_on = models.DateField(null=True)
    relation = models.CharField(max_length=12, choices=Relation, default=Relation.CHILD)

    def __str__(self) -> str:
        return f"family member {self.pk}"

    @property
    def mark(self) -> str:
        """Who this is among the family, short enough to stand in the paths of a procedure's answers."""
        return self.public_id.hex[:12]


class AttributeValue(models.Model):
    """A number, a date or a text that a resident (or a child of theirs) has for an attribute.

    Choices are not here but in `Resident.tags`, except those per child.
    """

    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="values")
    child = models.ForeignKey(FamilyMember, models.CASCADE, null=True, related_name="values")
    number = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    day = models.DateField(null=True)
    text = EncryptedText(null=True)
    choices = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="attribute_value_once",
                fields=["attribute", "resident", "child"],
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                name="attribute_value_number", fields=["attribute", "number"], include=["resident"]
            ),
            models.Index(
                name="attribute_value_day", fields=["attribute", "day"], include=["resident"]
            ),
        ]

    def __str__(self) -> str:
        return f"value {self.pk}"


class Household(models.Model):
    """Residents who live together."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    members = models.ManyToManyField(Resident, related_name="households")

    def __str__(self) -> str:
        return f"household {self.pk}"


class Group(models.Model):
    """A club or association that books and applies as one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    name = EncryptedText()
    members = models.ManyToManyField(Resident, related_name="groups")

    def __str__(self) -> str:
        return f"group {self.pk}"


class Proxy(models.Model):
    """`by` may act for `resident` (or for `group`), within `scope`, until a day."""

    resident = models.ForeignKey(Resident, models.CASCADE, null=True, related_name="proxies")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="proxies")
    by = models.ForeignKey(Resident, models.CASCADE, related_name="acts_for")
    scope = models.CharField(max_length=60, blank=True)  # slug of a procedure; empty is everything
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proxy_for_one",
                condition=Q(resident__isnull=False, group__isnull=True)
                | Q(resident__isnull=True, group__isnull=False),
            ),
            models.CheckConstraint(name="proxy_is_somebody_else", condition=~Q(resident=F("by"))),
        ]

    def __str__(self) -> str:
        return f"proxy {self.pk}"


class Reattachment(models.Model):
    """A LINE account that staff gave to another record, and what it takes to undo that."""

    before = models.ForeignKey(Resident, models.CASCADE, related_name="gave")
    to = models.ForeignKey(Resident, models.CASCADE, related_name="got")
    account = models.ForeignKey(LineAccount, models.CASCADE, related_name="+")  # as `to` has it
    detached = models.ForeignKey(
        LineAccount, models.CASCADE, related_name="+"
    )  # as `before` had it
    earlier = models.JSONField()  # [[id, was a friend]] of the accounts that `to` had
    handed_over = models.JSONField()  # {relation: keys} of what moved from `before` to `to`
    identified_by = EncryptedText()  # how the person was identified
    staff_id = models.BigIntegerField()
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"reattachment {self.pk}"


class Forgetting(models.Model):
    """Somebody asked to have a resident forgotten; a second member of staff decides."""

    resident = models.OneToOneField(Resident, models.CASCADE, related_name="forgetting")
    asked_by = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    reason = EncryptedText()

    def __str__(self) -> str:
        return f"forgetting {self.resident_id}"
