"""Tables that the town designs, their rows through all editions, and files on their way in."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, Scope, StaffMember


class RegisterQuerySet(models.QuerySet["Register"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Register(models.Model):
    """A table of the town: who gets the congratulatory gift, which child goes to which school."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="register")
    name = models.CharField(_("名前"), max_length=80)
    purpose = models.CharField(_("使う目的"), max_length=200, blank=True)
    kept_until = models.DateField(_("保存期限"), null=True, blank=True)  # the last day of its rows
    current = models.ForeignKey("Edition", models.SET_NULL, null=True, related_name="+")
    second_factor = models.ForeignKey("Column", models.SET_NULL, null=True, related_name="+")
    # What the last file looked like: {"sheet", "ignored": headers nobody wants}; see `Column.aliases`.
    reading = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    # When somebody was last told that many names were tried; machine time, as the tries.
    alarmed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)  # its retention was over: every row is gone

    objects = RegisterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="register_to_erase", fields=["kept_until"], condition=Q(erased_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What the trail calls the register."""
        return f"registers.register:{self.public_id}"


class ColumnQuerySet(models.QuerySet["Column"]):
    def standing(self) -> Self:
        """Keep the columns that the register has today, in their order."""
        return self.filter(removed_at=None).order_by("order", "pk")


class Column(models.Model):
    """A column of a register. Its key is in every row, so it is never given to another column."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        NAME = "name", _("氏名")
        KANA = "kana", _("ふりがな")
        DAY = "day", _("日付")
        NUMBER = "number", _("数")
        MONEY = "money", _("金額")
        CHOICE = "choice", _("選択肢")
        YES_NO = "yes_no", _("はい・いいえ")
        POSTAL = "postal", _("郵便番号")
        ADDRESS = "address", _("住所")
        PHONE = "phone", _("電話番号")
        EMAIL = "email", _("メールアドレス")
        CODE = "code", _("番号・記号")

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="columns")
    key = models.CharField(max_length=40, db_collation="C")  # [a-z][a-z0-9_]*
    label = models.CharField(_("列の名前"), max_length=60)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, default=Kind.TEXT)
    is_required = models.BooleanField(_("空欄にできない"), default=False)
    is_unique = models.BooleanField(_("同じ値は1行だけ"), default=False)
    is_identifying = models.BooleanField(_("行を見分ける"), default=False)
    is_personal = models.BooleanField(_("個人情報"), default=False)
    aliases = models.JSONField(default=list)  # list[str]: what files call it
    # choice: {"choices": [str]}; code: {"length": 8}; yes_no: {"protects": true} marks 支援措置
    options = models.JSONField(default=dict)
    order = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    objects = ColumnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="register_column_key_once", fields=["register", "key"]),
            models.UniqueConstraint(
                name="register_column_label_once",
                fields=["register", "label"],
                condition=Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Edition(models.Model):
    """One change of a register's rows, whole or not at all. The newest is `Register.current`."""

    class Mode(models.TextChoices):
        REPLACE = "replace", _("入れ替え")
        APPEND = "append", _("追加")
        UPSERT = "upsert", _("追加と更新")
        HAND = "hand", _("画面での変更")
        PROCEDURE = "procedure", _("手続による変更")
        UNDO = "undo", _("取り消し")

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    mode = models.CharField(_("取り込み方"), max_length=9, choices=Mode)
    sha256 = models.CharField(max_length=64, blank=True)  # of the file
    counts = models.JSONField(default=dict)  # {"added", "changed", "removed", "same", "rows"}
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="register_edition_number_once", fields=["register", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.register_id} e{self.number}"


class RowQuerySet(models.QuerySet["Row"]):
    def live(self) -> Self:
        """Keep the rows that the register has today."""
        return self.filter(removed_in=None)


class Row(models.Model):
    """One state of one line of a register. It is never changed; `lineage` is the line through its states."""

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="rows", db_index=False)
    lineage = models.UUIDField()
    values = EncryptedJSON()  # {key: str | int | bool}; what is empty is not there
    # Keyed hashes: of the identifying columns (NULL without such), and of all values together.
    identity = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=16)
    place = models.FloatField(default=0)  # in the order of the 五十音; says nothing but the order
    is_protected = models.BooleanField(
        default=False
    )  # 支援措置: never disclosed to anybody who asks
    added_in = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    removed_in = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+")

    objects = RowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="register_row_lives_once",
                fields=["register", "lineage"],
                condition=Q(removed_in=None),
            ),
            models.UniqueConstraint(
                name="register_row_identity_once",
                fields=["register", "identity"],
                condition=Q(removed_in=None, identity__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="register_row_in_order",
                fields=["register", "place", "id"],
                condition=Q(removed_in=None),
            )
        ]

    def __str__(self) -> str:
        return f"row {self.pk}"


class RowHash(models.Model):
    """A keyed hash by which a row is found: of one column's value in the form it is compared in."""

    id = models.BigAutoField(primary_key=True)
    # Not checked by the database: that would be a third of the time of an import (decision 0073).
    row = models.ForeignKey(Row, models.CASCADE, related_name="hashes", db_constraint=False)
    column = models.ForeignKey(
        Column, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    hash = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            models.Index(name="register_row_hash", fields=["column", "hash"], include=["row"])
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.column_id}"


class Import(models.Model):
    """A file on its way into a register: read, mapped, checked, and taken over."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("列を合わせる")
        CHECKING = "checking", _("確認中")
        CHECKED = "checked", _("確認ずみ")
        COMMITTING = "committing", _("取り込み中")
        DONE = "done", _("取り込みずみ")
        FAILED = "failed", _("取り込めませんでした")
        DROPPED = "dropped", _("取りやめ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    register = models.ForeignKey(Register, models.CASCADE, related_name="imports")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    name = EncryptedText()  # as the clerk's machine calls the file
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    mode = models.CharField(max_length=9, choices=Edition.Mode, default=Edition.Mode.REPLACE)
    reading = models.JSONField(default=dict)  # {"encoding", "delimiter", "sheet", "header"}
    head = EncryptedJSON()  # the first lines, for the page on which columns are mapped
    mapping = models.JSONField(default=dict)  # {place of the file's column: key, or "" for none}
    base = models.ForeignKey(
        Edition, models.SET_NULL, null=True, related_name="+"
    )  # checked against
    found = models.JSONField(default=dict)  # what the check counted
    problems = EncryptedJSON(default=list)  # [[line, label, sentence]], the first some hundred
    trouble = models.CharField(max_length=300, blank=True)  # why it failed as a whole
    progress_id = models.UUIDField(null=True)
    edition = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.pk}"


class StagedRow(models.Model):
    """What an import will do to one row, reckoned and sealed beforehand, so that taking over is quick."""

    class Deed(models.TextChoices):
        ADD = "add", _("追加")
        CHANGE = "change", _("変更")
        REMOVE = "remove", _("削除")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    deed = models.CharField(max_length=6, choices=Deed)
    line = models.PositiveIntegerField(default=0)  # in the file, as Excel numbers it; 0: not in it
    old = models.BigIntegerField(null=True)  # the row that ends
    lineage = models.UUIDField(null=True)
    values = EncryptedJSON(null=True)
    identity = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=16, null=True)
    place = models.FloatField(default=0)
    is_protected = models.BooleanField(default=False)
    # The `RowHash` rows to be, side by side.
    hash_columns = ArrayField(models.BigIntegerField(), default=list)
    hashes = ArrayField(models.BinaryField(max_length=16), default=list)

    class Meta:
        indexes = [models.Index(name="register_staged_deeds", fields=["run", "deed", "id"])]

    def __str__(self) -> str:
        return f"{self.deed} {self.line}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> Self:
        return self.filter(released_at=None)


class Claim(models.Model):
    """One line of a register, used by one application: nobody applies for the same line twice."""

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="claims")
    lineage = models.UUIDField()
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    run_id = models.UUIDField()
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="+")
    is_only = models.BooleanField(default=True)  # False: it only counts down, and others may too
    counted = models.CharField(max_length=40, blank=True)  # the column that was counted down
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="register_line_claimed_once",
                fields=["lineage", "procedure"],
                condition=Q(released_at=None, is_only=True),
            )
        ]
        indexes = [models.Index(name="register_claim_of_run", fields=["run_id"])]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class Attempt(models.Model):
    """Somebody looked whether somebody is on a register. Kept for 30 days; who and what only as keyed hashes.

    Times are the machine's: whoever tries too often waits for real.
    """

    class Answer(models.TextChoices):
        FOUND = "found", _("載っている")
        NOT_FOUND = "not_found", _("見つからない")
        ALREADY = "already", _("申請ずみ")
        AMBIGUOUS = "ambiguous", _("ひとりに決まらない")

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="attempts")
    who = models.BinaryField(max_length=16)  # the resident
    network = models.BinaryField(max_length=16, null=True)  # where they came from, if on a page
    asked = models.BinaryField(max_length=16)  # what was asked, so that repeating it is no new try
    answer = models.CharField(max_length=9, choices=Answer)
    was_hidden = models.BooleanField(default=False)  # a protected line fitted; told to staff alone
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(name="register_attempt_by_whom", fields=["who", "at"]),
            models.Index(name="register_attempt_from", fields=["network", "at"]),
            models.Index(name="register_attempt_on", fields=["register", "at"]),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class LetterBatch(models.Model):
    """Letters made at once for a posting. Their file is handed over once; of the codes only hashes stay."""

    class State(models.TextChoices):
        WANTED = "wanted", _("作成中")
        READY = "ready", _("受け取り待ち")
        TAKEN = "taken", _("受け取りずみ")
        REVOKED = "revoked", _("取り消し")
        FAILED = "failed", _("作れませんでした")

    class Format(models.TextChoices):
        CSV = "csv", _("差し込み印刷用のCSV（UTF-8）")
        CP932 = "cp932", _("差し込み印刷用のCSV（Shift_JIS）")
        PDF = "pdf", _("窓あき封筒用のPDF")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    register = models.ForeignKey(Register, models.CASCADE, related_name="letter_batches")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WANTED)
    format = models.CharField(_("ファイルの形"), max_length=5, choices=Format)
    lineages = models.JSONField(null=True)  # the lines that were chosen; null: all
    only_new = models.BooleanField(_("有効なコードのない行だけ"), default=False)
    for_protected = models.BooleanField(_("支援措置の方だけ"), default=False)  # without codes
    title = models.CharField(_("お手紙の題"), max_length=80)
    words = models.TextField(_("お手紙の文"), max_length=800)
    expires_on = models.DateField(_("コードの有効期限"))
    counts = models.JSONField(default=dict)  # {"letters", "replaced", "protected", "homeless"}
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    trouble = models.CharField(max_length=300, blank=True)
    progress_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken, revoked or failed

    def __str__(self) -> str:
        return f"letters {self.pk}"


class LetterCode(models.Model):
    """A code that was posted to the person of one line, to be typed in beside what others may know too."""

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="letter_codes")
    batch = models.ForeignKey(LetterBatch, models.CASCADE, null=True, related_name="codes")
    lineage = models.UUIDField()
    hash = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    expires_on = models.DateField()  # the last day on which it is taken

    class Meta:
        constraints = [
            # A new letter makes the one before worthless.
            models.UniqueConstraint(
                name="register_line_has_one_code", fields=["register", "lineage"]
            )
        ]
        indexes = [models.Index(name="register_code_hash", fields=["hash"])]

    def __str__(self) -> str:
        return f"code {self.pk}"
