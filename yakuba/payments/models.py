"""Providers, charges, attempts, messages, the ledger, refunds, and what a person has to look at."""

import secrets
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.payments import rules
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Scope, StaffMember

CASHIER = "payments.cashier"  # the kind of the one scope of those who keep the town's books
READING = (
    Capability.VIEW,
    Capability.EXPORT,
)  # all that the accounting section may do with charges
COUNTER = "counter"  # what the ledger calls money that came over the counter, instead of a provider


class Connection(models.Model):
    """A payment service as the town has contracted it: which account, which keys, on or off."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    key = models.SlugField(_("呼び名（手続のファイルで使う）"), max_length=40, unique=True)
    kind = models.CharField(_("決済サービス"), max_length=20)  # a key of `sockets.providers`
    name = models.CharField(_("表示名"), max_length=60)
    settings = EncryptedJSON()  # a `sockets.Contract` of the kind; keys in it are never shown again
    earlier = EncryptedJSON(
        null=True
    )  # the settings before the last change of keys: messages on their way
    earlier_until = models.DateTimeField(null=True)  # machine time
    # Counted up when the contract changes (another shop), not when its keys do. Attempts of an older
    # generation are asked about with the settings they were begun with.
    generation = models.PositiveIntegerField(default=1)
    is_live = models.BooleanField(_("本番の契約"), default=False)
    is_on = models.BooleanField(_("使う"), default=False)
    order = models.PositiveIntegerField(_("並び順"), default=0)
    checked_at = models.DateTimeField(null=True)  # machine time
    faults = models.JSONField(default=list)  # [{"words", "field"}] of the last check
    changed_at = models.DateTimeField(db_default=Now())
    refused = models.PositiveIntegerField(default=0)  # messages that were not from the provider
    refused_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="connection_in_order", fields=["order", "id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail calls the connection."""
        return f"payments.connection:{self.public_id}"


class ChargeQuerySet(models.QuerySet["Charge"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        """Keep those with which `staff` may do `capability`; the accounting section reads the whole town's."""
        mine = Scope.objects.visible_to(staff, capability)
        if capability in READING and mine.filter(kind=CASHIER).exists():
            return self.all()
        return self.filter(scope__in=mine)


def new_payer_code() -> str:
    return secrets.token_urlsafe(24)


class Charge(models.Model):
    """So much is owed, for this. Never changed: another amount is a void and a new charge."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("手数料")
        ADDITIONAL = "additional", _("追加の請求")
        CORRECTION = "correction", _("訂正の請求")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="charges")
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="charges")
    kind = models.CharField(_("請求の種類"), max_length=10, choices=Kind, default=Kind.INITIAL)
    title = models.CharField(_("何の請求か"), max_length=120)
    lines = models.JSONField()  # [{"label", "unit", "quantity", "amount"}]
    amount = models.PositiveIntegerField(_("金額（円）"))
    reason = EncryptedText(_("請求の理由"), default="")
    due_on = models.DateField(_("納付の期限"), null=True)
    connections = models.JSONField(default=list)  # keys of connections; empty: all that are on
    back_to = models.CharField(max_length=200, blank=True)  # a path below /p/, where it goes on
    payer_code = models.CharField(max_length=43, default=new_payer_code, unique=True)
    requested_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()  # business time
    voided_at = models.DateTimeField(null=True)  # business time
    voided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    void_reason = EncryptedText(_("取り消した理由"), default="")
    # What was announced, so that it is announced once. How the charge stands, the ledger says.
    settled_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="charge_asks_for_something", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(name="charge_by_day", fields=["-made_at"]),
            models.Index(
                name="charge_due",
                fields=["due_on"],
                condition=Q(voided_at=None, settled_at=None, overdue_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.amount} yen"

    @property
    def subject(self) -> str:
        """What the trail calls the charge."""
        return f"payments.charge:{self.public_id}"

    @property
    def number(self) -> str:
        """The short number that stands on the record and in lists: P-3F2A90C1."""
        return f"P-{self.public_id.hex[:8].upper()}"

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    def lines_of(self) -> tuple[rules.Line, ...]:
        return tuple(rules.Line(**one) for one in self.lines)


class Attempt(models.Model):
    """One try to pay a charge with one provider. Its id is the idempotency key. Times are the machine's.

    No state says "failed": `closed` only stops us from offering it; money that comes later counts.
    """

    class State(models.TextChoices):
        CREATED = "created", _("これから")  # written down; the provider may or may not know
        OPEN = "open", _("支払い待ち")
        CLOSED = "closed", _("終わり")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="attempts")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="attempts")
    kind = models.CharField(max_length=20)
    method = models.CharField(max_length=20, blank=True)
    merchant_ref = models.CharField(max_length=38, unique=True, db_collation="C")
    provider_ref = models.CharField(max_length=200, blank=True, db_collation="C")
    amount = models.PositiveIntegerField(_("支払う金額（円）"))
    settings_frozen = EncryptedJSON()  # what the contract was when it was begun (E28)
    generation = models.PositiveIntegerField()
    start = EncryptedJSON(null=True)  # where the person pays, once the provider has said it
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    is_waiting = models.BooleanField(default=False)  # the person is done, the money is not here
    is_unwanted = models.BooleanField(default=False)  # the provider is to be told to end it
    started_by = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)  # how often
    asked_at = models.DateTimeField(null=True)
    ask_next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)  # why the last question got no answer

    class Meta:
        indexes = [
            models.Index(
                name="attempt_ask_next",
                fields=["ask_next_at"],
                condition=Q(ask_next_at__isnull=False),
            ),
            models.Index(name="attempt_by_provider_ref", fields=["provider_ref"]),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_ref} {self.state}"


class ProviderMessage(models.Model):
    """What a provider's machine sent, as it came; once, before it is understood. Times are the machine's."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20)
    dedupe_key = models.CharField(max_length=200, unique=True, db_collation="C")
    received_at = models.DateTimeField(db_default=Now())
    raw = EncryptedText(null=True)  # Base64 of the bytes; emptied after 30 days
    headers = EncryptedJSON(null=True)
    signature_ok = models.BooleanField()
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="messages")
    processed_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                name="message_unprocessed", fields=["next_at"], condition=Q(processed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class LedgerEntry(models.Model):
    """Money that moved, or a claim that was lowered. Only inserted: a trigger refuses to change or delete."""

    class Kind(models.TextChoices):
        CAPTURE = "capture", _("収納")
        COUNTER = "counter", _("窓口で受領")
        REFUND = "refund", _("返金")
        CHARGEBACK = "chargeback", _("カード会社による取消")
        REGAINED = "regained", _("取消が認められず戻った")
        ADJUST = "adjust", _("減額")

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="entries")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="entries")
    provider = models.CharField(max_length=20)  # a kind of connection, or COUNTER
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="entries")
    kind = models.CharField(_("出入りの種類"), max_length=10, choices=Kind)
    amount = models.PositiveIntegerField(_("出入りの金額（円）"))
    currency = models.CharField(max_length=3, default=rules.YEN)
    provider_txn = models.CharField(max_length=200, db_collation="C")
    method = models.CharField(max_length=20, blank=True)
    of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="back"
    )  # of a refund: what was received
    occurred_at = models.DateTimeField()  # as the provider says
    day = models.DateField(_("収納した日"))  # Japan's, in business time
    posted_at = models.DateTimeField(db_default=Now())
    posted_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="ledger_entry_once", fields=["provider", "provider_txn", "kind"]
            ),
            models.CheckConstraint(name="ledger_moves_something", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(name="ledger_by_day", fields=["day", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} of {self.charge_id}"


class RefundTask(models.Model):
    """Money to be given back: asked for, approved by somebody else, sent, done."""

    class State(models.TextChoices):
        WANTED = "wanted", _("承認待ち")
        APPROVED = "approved", _("返金待ち")
        SENT = "sent", _("返金中")
        DONE = "done", _("返金ずみ")
        HELD = "held", _("人の確認が必要")
        DROPPED = "dropped", _("取りやめ")

    class Why(models.TextChoices):
        SURPLUS = "surplus", _("多く受け取ったため")  # two captures, or money after a void
        REMISSION = "remission", _("減額・取りやめのため")  # what was owed becomes less

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    entry = models.ForeignKey(
        LedgerEntry, models.PROTECT, related_name="refunds"
    )  # what was received
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="refunds")
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # under which the provider is asked
    why = models.CharField(_("返金の種類"), max_length=10, choices=Why)
    amount = models.PositiveIntegerField(_("返金する金額（円）"))
    reason = EncryptedText(_("返金の理由"), default="")
    state = models.CharField(max_length=8, choices=State, default=State.WANTED)
    asked_at = models.DateTimeField()  # business time
    asked_by = models.ForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+"
    )  # None: by itself
    approved_at = models.DateTimeField(null=True)  # business time
    approved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)  # machine time: the provider was asked first
    lease_until = models.DateTimeField(null=True)  # machine time
    next_at = models.DateTimeField(db_default=Now())  # machine time
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    is_by_hand = models.BooleanField(default=False)  # by bank transfer or at the counter
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_gives_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_has_a_second_person",
                condition=Q(approved_by=None) | Q(asked_by=None) | ~Q(approved_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(
                name="refund_to_send",
                fields=["next_at"],
                condition=Q(state__in=("approved", "sent")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} back of {self.charge_id} {self.state}"

    @classmethod
    def planned(cls) -> tuple[str, ...]:
        """The states in which the money is on its way or about to be."""
        return (cls.State.WANTED, cls.State.APPROVED, cls.State.SENT, cls.State.HELD)


class SettlementFile(models.Model):
    """A file in which a provider says what it paid out; imported once."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="settlements")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    counts = models.JSONField(default=dict)  # {"same", "posted", "differ", "unknown", "missing"}
    imported_at = models.DateTimeField()  # business time
    imported_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="settlement_once", fields=["connection", "sha256"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def wrong(self) -> int:
        """How many rows did not fit, on either side."""
        return sum(self.counts.get(one, 0) for one in ("differ", "unknown", "missing"))


class Alarm(models.Model):
    """Something about money that does not fit; a person decides. Nothing goes on until then."""

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("金額がちがう")
        CURRENCY = "currency", _("円でない")
        ENVIRONMENT = "environment", _("試験と本番がちがう")
        UNKNOWN = "unknown", _("心当たりのない入金")
        MISSING = "missing", _("明細にない収納")
        FOREIGN_REFUND = "refund", _("役場が頼んでいない返金")
        CHARGEBACK = "chargeback", _("カード会社による取消")
        REFUND_STUCK = "stuck", _("返金が進まない")

    kind = models.CharField(_("気づいたこと"), max_length=11, choices=Kind)
    dedupe_key = models.CharField(max_length=250, unique=True, db_collation="C")
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="alarms")
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="alarms")
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, null=True, related_name="alarms")
    words = models.CharField(max_length=300)  # no names
    raised_at = models.DateTimeField()  # business time
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    resolution = EncryptedText(_("どうしたか"), default="")

    class Meta:
        indexes = [
            models.Index(name="alarm_open", fields=["-raised_at"], condition=Q(resolved_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"

    @classmethod
    def holding(cls) -> tuple[str, ...]:
        """The kinds because of which a charge does not go on."""
        return (cls.Kind.AMOUNT, cls.Kind.CURRENCY, cls.Kind.ENVIRONMENT, cls.Kind.FOREIGN_REFUND)
