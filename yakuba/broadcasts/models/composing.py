"""What deliveries are made of: pictures and films, the steps of a draft, the long page, telephones for tests."""

import secrets
import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models.delivery import Delivery
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.townhall.models import StaffMember


def new_media_code() -> str:
    """Return what stands in a public address: nobody finds it who was not given it."""
    return secrets.token_urlsafe(18)


def new_secret() -> bytes:
    return secrets.token_bytes(32)


class Media(models.Model):
    """A picture or a film of a message. LINE and residents can fetch it only from its first use on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=32, unique=True, default=new_media_code, db_collation="C")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    preview = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # ≤ 1 MB
    is_open = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.id)


class Step(models.Model):
    """What a draft said before a change; undo goes back along these."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="steps")
    rev = models.PositiveIntegerField()  # of the draft that the change made
    content = models.JSONField()  # before the change
    words = models.CharField(max_length=100)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "broadcasts_delivery_step"
        constraints = [
            models.UniqueConstraint(name="delivery_step_once", fields=["delivery", "rev"])
        ]

    def __str__(self) -> str:
        return f"step {self.rev} of {self.delivery_id}"


class Page(models.Model):
    """How often the long page of a delivery was opened, and by how many people.

    Who they are is not kept: a person is a mark under a secret of this page, and both are thrown away
    when the counting ends. Then only the two figures are left.
    """

    delivery = models.OneToOneField(Delivery, models.CASCADE, primary_key=True, related_name="page")
    opens = models.PositiveIntegerField(_("開かれた回数"), default=0)
    readers = models.PositiveIntegerField(_("開いた人数"), default=0)
    secret = models.BinaryField(null=True, default=new_secret)
    counts_until = models.DateField()

    def __str__(self) -> str:
        return f"page of {self.delivery_id}"


class PageMark(models.Model):
    """Somebody has opened this page; a second time it is not another person."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="marks")
    mark = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(name="page_mark_once", fields=["page", "mark"])]

    def __str__(self) -> str:
        return f"mark on {self.page_id}"


class TestPhoneQuerySet(models.QuerySet["TestPhone"]):
    def ready(self) -> Self:
        """Keep the linked telephones of those who work here now; whoever has left sees no drafts."""
        here = StaffMember.objects.active_on(clock.today())
        return self.filter(resident__isnull=False, staff__in=here)


class TestPhone(models.Model):
    """The LINE account of a member of staff to which tests are sent, proven by a code said in the talk."""

    staff = models.OneToOneField(StaffMember, models.CASCADE, related_name="test_phone")
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="+")
    code_hash = models.BinaryField(max_length=16, null=True)
    code_until = models.DateTimeField(null=True)  # business time
    linked_at = models.DateTimeField(null=True)

    objects = TestPhoneQuerySet.as_manager()

    def __str__(self) -> str:
        return f"test phone of {self.staff_id}"


class Confirmed(models.Model):
    """A clerk looked at a warning about confidential data and said why it may be sent."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="confirmed")
    code = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=16)  # of the words it was about
    why = models.CharField(_("送ってよい理由"), max_length=200)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="confirmed_once", fields=["delivery", "code", "digest"])
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.code}"
