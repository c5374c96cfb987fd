"""What staff type about registers, their columns and their rows."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.registers import queries
from yakuba.registers.models import Column, Edition, LetterBatch, Register
from yakuba.registers.operations import Plan
from yakuba.registers.rules import reading
from yakuba.registers.rules.columns import Spec, Value
from yakuba.registers.rules.files import DELIMITERS, ENCODINGS
from yakuba.townhall.models import Department, StaffMember

MODES = (
    (Edition.Mode.REPLACE, _("入れ替え：ファイルにない行は削除します")),
    (Edition.Mode.UPSERT, _("追加と更新：ファイルにない行はそのまま残します")),
    (Edition.Mode.APPEND, _("追加：新しい行だけを加えます")),
)


class Details(forms.Form):
    """What a register is called and for."""

    name = forms.CharField(
        label=_("台帳の名前"), max_length=80, help_text=_("例：敬老祝い金対象者")
    )
    department = forms.ModelChoiceField(queryset=Department.objects.none(), label=_("担当課"))
    purpose = forms.CharField(
        label=_("使う目的"),
        max_length=200,
        help_text=_("何の事務に使うか。この目的のほかには使えません。"),
    )
    kept_until = forms.CharField(
        label=_("保存期限"),
        max_length=20,
        required=False,
        help_text=_("この日を過ぎると、すべての行を消します。例：令和9年3月31日"),
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        staff: StaffMember,
        is_new: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(posted, initial=initial)
        if not is_new:
            del self.fields["department"]
            return
        mine = queries.departments_of_makers(staff)
        self.fields["department"] = forms.ModelChoiceField(
            queryset=mine, label=_("担当課"), initial=mine.first() if mine.count() == 1 else None
        )

    def clean_kept_until(self) -> object:
        words = self.cleaned_data["kept_until"]
        if not words:
            return None
        try:
            day = wareki.parse_date(words, today=clock.today(), lean="future")
        except Refusal as no:
            raise forms.ValidationError(str(no)) from None
        if day < clock.today():
            raise forms.ValidationError(_("保存期限は、きょうより後の日にしてください。"))
        return day


class ColumnDetails(forms.Form):
    """One column."""

    label = forms.CharField(label=_("列の名前"), max_length=60)
    kind = forms.ChoiceField(label=_("種類"), choices=Column.Kind.choices)
    choices = forms.CharField(
        label=_("選択肢"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("種類が「選択肢」のとき。1行に1つ。"),
    )
    length = forms.IntegerField(
        label=_("けた数"),
        required=False,
        min_value=1,
        max_value=40,
        help_text=_("種類が「番号・記号」のとき。ファイルで先頭の0が消えていたら補います。"),
    )
    is_identifying = forms.BooleanField(
        label=_("行を見分ける"),
        required=False,
        help_text=_("つぎのファイルの同じ人の行を、この列で見つけます（宛名番号など）。"),
    )
    is_required = forms.BooleanField(label=_("空欄にできない"), required=False)
    is_unique = forms.BooleanField(label=_("同じ値は1行だけ"), required=False)
    is_personal = forms.BooleanField(
        label=_("個人情報"),
        required=False,
        help_text=_("一覧では伏せます。表示すると記録に残ります。"),
    )
    protects = forms.BooleanField(
        label=_("支援措置のしるし"),
        required=False,
        help_text=_("種類が「はい・いいえ」のとき。「はい」の人は、申請での照会に出しません。"),
    )

    def plan(self) -> Plan:
        said = self.cleaned_data
        options: dict[str, Any] = {}
        if said["kind"] == Column.Kind.CHOICE:
            lines = [line.strip() for line in said["choices"].splitlines()]
            options["choices"] = list(dict.fromkeys(line for line in lines if line))
        if said["kind"] == Column.Kind.CODE and said["length"]:
            options["length"] = said["length"]
        if said["kind"] == Column.Kind.YES_NO and said["protects"]:
            options["protects"] = True
        flags = ("is_identifying", "is_required", "is_unique", "is_personal")
        return Plan(
            said["label"].strip(),
            said["kind"],
            options=options,
            **{key: said[key] for key in flags},
        )


def column_initial(column: Column) -> dict[str, Any]:
    """Return what the form shows of a column."""
    options = column.options
    return {
        "label": column.label,
        "kind": column.kind,
        "choices": "\n".join(options.get("choices", ())),
        "length": options.get("length"),
        "protects": options.get("protects", False),
        "is_identifying": column.is_identifying,
        "is_required": column.is_required,
        "is_unique": column.is_unique,
        "is_personal": column.is_personal,
    }


class RowDetails(forms.Form):
    """The cells of one row, read as a file's would be."""

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        specs: Sequence[Spec],
        values: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(posted)
        self.specs = specs
        self.values: dict[str, Value] = {}
        for one in specs:
            self.fields[one.key] = _field(one, (values or {}).get(one.key))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        line = reading.read_line(self.specs, {one.key: said.get(one.key) for one in self.specs})
        for key, sentence in line.problems.items():
            if key not in self.errors:
                self.add_error(key, sentence)
        self.values = line.values
        return said


def _field(one: Spec, value: Value | None) -> forms.Field:
    if one.kind == Column.Kind.CHOICE:
        choices = [("", "—"), *((choice, choice) for choice in one.choices)]
        return forms.ChoiceField(
            label=one.label, required=one.is_required, choices=choices, initial=value
        )
    if one.kind == Column.Kind.YES_NO:
        return forms.ChoiceField(
            label=one.label,
            required=one.is_required,
            choices=[("", "—"), ("はい", _("はい")), ("いいえ", _("いいえ"))],
            initial="" if value is None else "はい" if value else "いいえ",
        )
    return forms.CharField(
        label=one.label,
        required=one.is_required,
        max_length=reading.LONGEST,
        initial=reading.written(value),
    )


class Upload(forms.Form):
    """A file for a register."""

    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("Excel（xlsx・xls）かCSV。30MBまで。マイナンバーの列は消してください。"),
        error_messages={"required": _("ファイルを選んでください。")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
    )


class Otherwise(forms.Form):
    """How a file is to be read, where the guess was wrong."""

    sheet = forms.ChoiceField(label=_("シート"), required=False)
    encoding = forms.ChoiceField(label=_("文字コード"), choices=list(ENCODINGS.items()))
    delimiter = forms.ChoiceField(label=_("区切り"), choices=list(DELIMITERS.items()))
    header = forms.IntegerField(
        label=_("列の名前がある行"), min_value=1, max_value=1000, help_text=_("例：3")
    )

    def __init__(self, posted: Mapping[str, Any] | None, *, reading: Mapping[str, Any]) -> None:
        encoding = "utf-16" if reading["encoding"] == "utf-16-le" else reading["encoding"]
        super().__init__(posted, initial={**reading, "encoding": encoding})
        if reading["encoding"]:
            del self.fields["sheet"]
        else:
            del self.fields["encoding"], self.fields["delimiter"]
            self.fields["sheet"] = forms.ChoiceField(
                label=_("シート"), choices=[(one, one) for one in reading["sheets"]]
            )


class ExportWish(forms.Form):
    """What is to be taken out of a register."""

    format = forms.ChoiceField(
        label=_("ファイルの形"),
        choices=(
            ("xlsx", _("Excel")),
            ("csv", _("CSV（UTF-8）")),
            ("cp932", _("CSV（Shift_JIS）")),
        ),
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    has_personal = forms.BooleanField(
        label=_("個人情報の列も入れる"),
        required=False,
        help_text=_("書き出したことが記録されます。"),
    )


class LettersWish(forms.Form):
    """Letters with codes: for whom, in which form, saying what, until when."""

    who = forms.ChoiceField(label=_("だれに"), widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=_("ファイルの形"),
        choices=LetterBatch.Format.choices,
        widget=forms.RadioSelect,
        initial=LetterBatch.Format.PDF,
    )
    title = forms.CharField(label=_("お手紙の題"), max_length=80, initial=_("確認コードのお知らせ"))
    words = forms.CharField(
        label=_("お手紙の文"),
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "PDFに入れます。確認コード、有効期限、入力のしかた、問い合わせ先は自動で入ります。"
        ),
    )
    expires_on = forms.CharField(
        label=_("コードの有効期限"),
        max_length=20,
        help_text=_("この日まで使えます。例：令和9年1月31日"),
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        register: Register,
        has_chosen: bool,
        may_reach: bool,
    ) -> None:
        super().__init__(posted)
        who = [
            *([("chosen", _("選んだ行"))] if has_chosen else []),
            ("all", _("全員")),
            ("new", _("有効なコードのない人だけ（あとから加わった人など）")),
            *([("protected", _("支援措置の方だけ（コードなし。窓口と電話を案内します）"))] if may_reach else []),
        ]  # fmt: skip
        self.fields["who"] = forms.ChoiceField(
            label=_("だれに"), choices=who, widget=forms.RadioSelect, initial=who[0][0]
        )
        self.fields["words"].initial = _t(
            "「{name}」の申請には、次の確認コードが必要です。役場の公式LINEの手続の画面で入力してください。"
        ).format(name=register.name)
        self.fields["expires_on"].initial = wareki.full(clock.today() + timedelta(days=60)).split("（")[0]  # fmt: skip

    def clean_expires_on(self) -> object:
        try:
            return wareki.parse_date(self.cleaned_data["expires_on"], today=clock.today(), lean="future")  # fmt: skip
        except Refusal as no:
            raise forms.ValidationError(str(no)) from None

    def wish(self, chosen: Sequence[UUID]) -> queries.Wish:
        said = self.cleaned_data
        return queries.Wish(
            said["format"],
            said["title"],
            said["words"],
            said["expires_on"],
            tuple(chosen) if said["who"] == "chosen" else None,
            only_new=said["who"] == "new",
            for_protected=said["who"] == "protected",
        )

    def shown(self) -> list[tuple[str, str]]:
        """Return what was chosen, for the page on which it is confirmed."""
        said = self.cleaned_data
        formats = dict(LetterBatch.Format.choices)
        return [
            (str(_("ファイルの形")), str(formats[said["format"]])),
            (str(_("お手紙の題")), said["title"]),
            (str(_("有効期限")), wareki.full(said["expires_on"])),
        ]
