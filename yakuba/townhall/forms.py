"""What administrators type about the town, its departments, its people and its calendar."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from yakuba.townhall.models import ClosedDay, Department, Membership, StaffMember, Town

if TYPE_CHECKING:
    _TownForm = forms.ModelForm[Town]
    _DepartmentForm = forms.ModelForm[Department]
    _ClosureForm = forms.ModelForm[ClosedDay]
else:
    _TownForm = _DepartmentForm = _ClosureForm = forms.ModelForm

_DAY = {"type": "date"}


class TownProfile(_TownForm):
    website = forms.URLField(label=_("ホームページ"), required=False, assume_scheme="https")

    class Meta:
        model = Town
        fields = (
            "name", "kana", "prefecture", "code", "address", "phone", "hours", "website",
            "licences", "session_minutes", "code_by_mail",
        )  # fmt: skip
        help_texts = {
            "licences": _("契約で増やしたときに、ここを変えます。"),
            "session_minutes": _("この時間だけ操作がないとサインアウトします（最長12時間）。"),
            "code_by_mail": _("職員のネットワークを限っている場合だけ使えます。"),
        }

    def clean_session_minutes(self) -> int:
        minutes: int = self.cleaned_data["session_minutes"]
        if not 5 <= minutes <= 720:
            raise ValidationError(_("5分から720分までで決めてください。"))
        return minutes


class DepartmentProfile(_DepartmentForm):
    emails = forms.CharField(
        label=_("通知先メールアドレス"),
        help_text=_("1行に1つ。申請などが届いたときにお知らせします（個人情報は書きません）。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Department
        fields = ("name", "kana", "code", "phone", "hours", "emails", "order", "closed_on")
        widgets = {"closed_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d")}
        help_texts = {"code": _("英数字で。人事異動のCSVで使います。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["emails"] = "\n".join(self.instance.emails)

    def clean_emails(self) -> list[str]:
        addresses = [line.strip() for line in self.cleaned_data["emails"].splitlines()]
        addresses = list(dict.fromkeys(filter(None, addresses)))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("「%(address)s」はメールアドレスの形ではありません。"),
                    params={"address": address},
                ) from None
        return addresses


class Colleague(forms.Form):
    """A person and, for each department, the role there."""

    email = forms.EmailField(label=_("メールアドレス"), max_length=254)
    name = forms.CharField(label=_("氏名"), max_length=60)
    kana = forms.CharField(label=_("よみがな"), max_length=120, required=False)
    active_from = forms.DateField(
        label=_("利用開始日"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    active_until = forms.DateField(
        label=_("利用終了日"),
        help_text=_("会計年度任用職員や委託先の方は、最後の日を決めてください。"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    is_administrator = forms.BooleanField(
        label=_("管理者にする"),
        help_text=_(
            "職員・権限・町の設定を変えられます。個人情報は、課の権限がなければ見られません。"
        ),
        required=False,
    )

    def __init__(self, *args: Any, staff: StaffMember | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = {}
        if staff is not None:
            self.fields["email"].disabled = True
            for name in (
                "email",
                "name",
                "kana",
                "active_from",
                "active_until",
                "is_administrator",
            ):
                self.initial[name] = getattr(staff, name)
            roles = dict(staff.memberships.values_list("department", "role"))
        self.departments = list(Department.objects.filter(closed_on=None).order_by("order", "pk"))
        for department in self.departments:
            self.fields[f"role_{department.pk}"] = forms.ChoiceField(
                label=_("{name}での役割").format(name=department.name),
                choices=[("", _("所属しない")), *Membership.Role.choices],
                initial=roles.get(department.pk, ""),
                required=False,
            )

    def places(self) -> dict[int, str]:
        """The departments in which the person works, with the role."""
        chosen = {one.pk: self.cleaned_data[f"role_{one.pk}"] for one in self.departments}
        return {department: role for department, role in chosen.items() if role}

    def person(self) -> dict[str, Any]:
        names = ("name", "kana", "active_from", "active_until", "is_administrator")
        return {name: self.cleaned_data[name] for name in names}


class Closure(_ClosureForm):
    class Meta:
        model = ClosedDay
        fields = ("day", "reason")
        widgets = {"day": forms.DateInput(attrs=_DAY)}


class ChangeoverFile(forms.Form):
    day = forms.DateField(
        label=_("実施日"),
        help_text=_("例：4月1日"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=_("人事異動のCSV"), help_text=_("UTF-8かShift_JISのCSV。1MBまで。")
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > 1_000_000:
            raise ValidationError(_("ファイルが大きすぎます（1MBまで）。"))
        content: bytes = file.read()
        return content
