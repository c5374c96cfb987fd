"""Providers of proofs, the checks that residents went through, and what is left of them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.identity import rules
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.procedures.models import Frozen, Run
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Scope, StaffMember


class Provider(models.Model):
    """Somebody who verifies for the town, as the town's contract with them says."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=30)  # a key of `sockets.verifiers`
    name = models.CharField(_("名称"), max_length=80)
    settings = EncryptedJSON()  # a `sockets.Connection` of the kind; secrets are never shown again
    is_on = models.BooleanField(_("住民に出す"), default=False)
    order = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)  # what the last look at it found, in sentences
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CheckQuerySet(models.QuerySet["IdentityCheck"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.PERSONAL) -> Self:
        scopes = Scope.objects.visible_to(staff, capability)
        return self.filter(run__procedure__scope__in=scopes)

    def open(self) -> Self:
        return self.filter(state__in=rules.OPEN)

    def of(self, run_id: uuid.UUID, question: str) -> Self:
        return self.filter(run_id_kept=run_id, question=question)


class IdentityCheck(models.Model):
    """One person is asked once who they are, at one question of one run.

    Its id is the key under which the provider is asked, so that asking twice is the same as once. Leases and ends are
    machine time, as those of tokens are.
    """

    class Purpose(models.TextChoices):
        AUTHENTICATE = "authenticate", _("本人確認")
        SIGN = "sign", _("電子署名")

    class State(models.TextChoices):
        NONE = "none", _("これから")  # written, and the provider perhaps not asked yet
        BEGUN = "begun", _("確認中")  # the person is at the provider
        PENDING = (
            "pending",
            _("失効の確認待ち"),
        )  # everything fits, but nobody knows of revocation yet
        VERIFIED = "verified", _("確認済み")
        FAILED = "failed", _("確認できず")
        EXPIRED = "expired", _("期限切れ")  # too late, given up, or replaced by another

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="identity_checks")
    run_id_kept = models.UUIDField()  # which run it was, when its row is gone
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="identity_checks")
    question = models.CharField(max_length=120, db_collation="C")  # the path
    purpose = models.CharField(max_length=12, choices=Purpose)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="checks")
    state = models.CharField(max_length=8, choices=State, default=State.NONE)
    reason = models.CharField(max_length=30, blank=True)  # a key of `rules.REASONS`
    digest = models.BinaryField(max_length=32, null=True)  # what is to be signed
    frozen = models.ForeignKey(Frozen, models.SET_NULL, null=True, related_name="+")  # of that
    # What comes back from a browser is only believed if it fits these.
    state_hash = models.BinaryField(max_length=32, unique=True)
    nonce_hash = models.BinaryField(max_length=32)
    code_verifier = EncryptedText(null=True)
    handoff = EncryptedText(null=True)  # the address at the provider where the person goes on
    reference = EncryptedText(null=True)  # what the provider calls the check
    reference_hash = models.BinaryField(max_length=16, null=True)  # finds it when a notice names it
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked = models.PositiveSmallIntegerField(
        default=0
    )  # how often the provider was asked how it went
    ask_next_at = models.DateTimeField(null=True)
    asking_until = models.DateTimeField(null=True)  # somebody is asking just now
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # the person was told in the talk that it is done

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="identity_verified_once",
                fields=["run_id_kept", "question"],
                condition=Q(state="verified"),
            ),
            models.UniqueConstraint(
                name="identity_one_open_check",
                fields=["run_id_kept", "question"],
                condition=Q(state__in=("none", "begun", "pending")),
            ),
            models.CheckConstraint(
                name="identity_signs_something",
                condition=~Q(purpose="sign") | Q(digest__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="identity_to_ask",
                fields=["ask_next_at"],
                condition=Q(ask_next_at__isnull=False),
            ),
            models.Index(name="identity_of_run", fields=["run_id_kept"]),
            models.Index(
                name="identity_reference",
                fields=["reference_hash"],
                condition=Q(reference_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """What the trail calls the check."""
        return f"identity.check:{self.pk}"


class Heard(models.Model):
    """Something a provider or a browser told us, as it came; stored before anybody tries to understand it."""

    class What(models.TextChoices):
        RESULT = "result", _("結果")
        BACK = "back", _("もどり")
        NOTICE = "notice", _("知らせ")
        STATUS = "status", _("失効の問合せ")

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="heard")
    check_of = models.ForeignKey(IdentityCheck, models.CASCADE, null=True, related_name="heard")
    what = models.CharField(max_length=6, choices=What)
    dedupe_key = models.CharField(max_length=64, db_collation="C")
    raw = EncryptedText()
    received_at = models.DateTimeField()
    understood_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)  # without personal data
    is_emptied = models.BooleanField(default=False)  # `raw` was taken out, being old

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="identity_heard_once", fields=["provider", "what", "dedupe_key"]
            )
        ]
        indexes = [models.Index(name="identity_heard_age", fields=["received_at"])]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Evidence(models.Model):
    """What a verified check leaves; a trigger keeps it as it was. `evidence_hash` seals the whole."""

    sealed_under = "check_of_id"

    class Custody(models.TextChoices):
        PROVIDER_HOLDS = "provider_holds", _("事業者が証明書を保管")
        WE_HOLD = "we_hold", _("町が証明書を保管")

    class Card(models.TextChoices):
        CARD = "card", _("マイナンバーカード")
        PHONE = "phone", _("スマートフォンの電子証明書")
        OTHER = "other", _("その他")

    check_of = models.OneToOneField(IdentityCheck, models.CASCADE, related_name="evidence")
    verification_id = EncryptedText()  # under which the provider verifies again
    verification_hash = models.BinaryField(max_length=16)  # finds it when a notice names it
    person_id = EncryptedText(null=True)  # the provider's name for the person; survives a new card
    person_hash = models.BinaryField(max_length=16, null=True)
    attributes = (
        EncryptedJSON()
    )  # name, address, born_on, sex: what the certificate or the chip says
    substitutes = EncryptedJSON()  # {attribute: "0010"}: letters that stand for others (代替文字)
    card = models.CharField(max_length=5, choices=Card, default=Card.CARD)
    signed_digest = models.BinaryField(max_length=32, null=True)
    digest_alg = models.CharField(max_length=20, blank=True)
    revocation_state = models.CharField(max_length=8)  # good at the moment of verifying
    revocation_source = models.CharField(max_length=20)  # ocsp, crl, provider
    revocation_checked_at = models.DateTimeField(null=True)
    policy_oid = models.CharField(max_length=60, blank=True)
    custody = models.CharField(max_length=14, choices=Custody)
    raw = EncryptedText()  # the provider's whole answer
    # Only where the town itself is 署名検証者; a service provider is forbidden to keep them.
    certificate = EncryptedText(null=True)  # DER, in hexadecimal, as the two below
    ocsp = EncryptedText(null=True)
    signature = EncryptedText(null=True)
    chain = EncryptedJSON(null=True)  # the certificates above it
    verified_at = models.DateTimeField()
    evidence_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_provider_holds_the_certificate",
                condition=~Q(custody="provider_holds")
                | Q(certificate__isnull=True, ocsp__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                name="identity_same_person",
                fields=["person_hash"],
                condition=Q(person_hash__isnull=False),
            ),
            models.Index(name="identity_verification", fields=["verification_hash"]),
        ]

    def __str__(self) -> str:
        return f"evidence of {self.check_of_id}"


class StatusCheck(models.Model):
    """Whether the certificate still held, asked again later (現況確認) or told by the provider."""

    class State(models.TextChoices):
        GOOD = "good", _("有効")
        REVOKED = "revoked", _("失効")
        UNKNOWN = "unknown", _("不明")

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="statuses")
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State)
    reason = models.CharField(max_length=30, blank=True)
    is_intact = models.BooleanField(null=True)  # the signature was verified anew over our digest
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(name="identity_status_newest", fields=["evidence", "-at"])]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
