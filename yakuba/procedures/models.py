"""Procedures, their drafts and immutable versions, and the runs of residents through them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Scope, StaffMember


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Procedure(models.Model):
    """A survey, an application, a report of damage, a registration: something a citizen does here."""

    class Kind(models.TextChoices):
        SURVEY = "survey", _("アンケート")
        APPLICATION = "application", _("申請")
        REPORT = "report", _("通報")
        REGISTRATION = "registration", _("登録")

    class Status(models.TextChoices):
        DRAFT = "draft", _("準備中")
        OPEN = "open", _("受付中")
        PAUSED = "paused", _("受付停止")
        ARCHIVED = "archived", _("保管")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    slug = models.SlugField(_("リンク用の名前"), max_length=40, unique=True)
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="procedure")
    kind = models.CharField(_("種類"), max_length=14, choices=Kind, default=Kind.SURVEY)
    title = models.CharField(_("名称"), max_length=100)
    status = models.CharField(_("状態"), max_length=10, choices=Status, default=Status.DRAFT)
    starts_on_joining = models.BooleanField(_("友だち追加のときに始める"), default=False)
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    order = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)  # places used, when the version has a capacity

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_procedure_starts_on_joining",
                fields=["starts_on_joining"],
                condition=Q(starts_on_joining=True),
            ),
            models.CheckConstraint(
                name="open_procedure_has_a_version",
                condition=~Q(status="open") | Q(current__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Keyword(models.Model):
    """A word that starts a procedure when somebody types it in the talk; stored normalised."""

    word = models.CharField(max_length=60, unique=True)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="keywords")

    def __str__(self) -> str:
        return self.word


class Draft(models.Model):
    """What the designer edits: one per procedure. `rev` tells two clerks apart."""

    procedure = models.OneToOneField(Procedure, models.CASCADE, related_name="draft")
    document = models.JSONField()  # a `definition.Definition`, perhaps with problems
    rev = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"draft of {self.procedure_id}"


class DraftStep(models.Model):
    """What the draft was before a change; undo goes back along these."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="steps")
    rev = models.PositiveIntegerField()
    document = models.JSONField()
    words = models.CharField(max_length=200)  # what was changed
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="draft_step_once", fields=["draft", "rev"])]

    def __str__(self) -> str:
        return f"step {self.rev} of {self.draft_id}"


class Version(models.Model):
    """A published definition; a trigger keeps anybody from changing it."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(default=list)  # the difference to the version before, in sentences

    class Meta:
        constraints = [
            models.UniqueConstraint(name="version_number_once", fields=["procedure", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class Run(models.Model):
    """One person going through one version, in the talk and on the page alike."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("入力中")
        DONE = "done", _("完了")
        STOPPED = "stopped", _("中止")
        EXPIRED = "expired", _("期限切れ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="runs")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="runs")
    trial_document = models.JSONField(null=True)  # a draft run by its designer; never handed in
    resident = models.ForeignKey(Resident, models.CASCADE, null=True, related_name="runs")
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    state = EncryptedJSON()  # a `rules.State`; emptied when the answers are handed in
    # Which of LINE's messages brought which answers: {message id: [path, …]}; asked when one is taken back.
    heard = models.JSONField(default=dict)
    rev = models.PositiveIntegerField(default=0)
    nonce = models.CharField(
        max_length=12, db_collation="C"
    )  # of the question asked last in the talk
    corrects = models.UUIDField(
        null=True
    )  # the thing this run's outcome changes, instead of making one
    made = models.UUIDField(null=True)  # the thing that its outcome made, or changed
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="run_has_a_definition",
                condition=Q(version__isnull=False, trial_document__isnull=True)
                | Q(version__isnull=True, trial_document__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                name="run_active", fields=["resident", "touched_at"], condition=Q(status="active")
            ),
            models.Index(
                name="run_of_procedure",
                fields=["procedure", "status"],
                include=["resident", "finished_at"],
                condition=Q(version__isnull=False, resident__isnull=False),
            ),
            models.Index(name="run_untouched", fields=["touched_at"], condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Frozen(models.Model):
    """What a run answered, as it is signed; a trigger keeps anybody from changing it."""

    sealed_under = "id"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(Run, models.CASCADE, related_name="frozen")
    but = models.JSONField(default=list)  # questions whose answers are not in it
    canonical = EncryptedText()  # RFC 8785
    paper = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)  # what is signed
    made_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)  # another one was made since

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_frozen_of_a_run_stands",
                fields=["run"],
                condition=Q(dropped_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"frozen {self.id}"


class Conversation(models.Model):
    """Which run the talk with a resident is about now; the row that two turns queue on."""

    resident = models.OneToOneField(Resident, models.CASCADE, primary_key=True, related_name="talk")
    run = models.ForeignKey(Run, models.SET_NULL, null=True)
    misunderstood = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"talk of {self.resident_id}"


class AnsweredOnce(models.Model):
    """Keeps "once per person" even where no person is kept: a keyed hash of person and procedure."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    mark = models.BinaryField(max_length=16)
    run_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(name="answered_once", fields=["procedure", "mark"])]

    def __str__(self) -> str:
        return f"{self.procedure_id}"
