"""What people type on the way in."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgain
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgain
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.translation import gettext_lazy as _

from yakuba.townhall import operations
from yakuba.townhall.models import StaffMember
from yakuba.townhall.signin import adapters

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


class SignIn(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("メールアドレス")
        self.fields["password"].label = _("パスワード")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def _code_field(form: forms.Form, label: Any, hint: Any = "") -> None:
    form.fields["code"].label = label
    form.fields["code"].help_text = hint
    form.fields["code"].widget = forms.TextInput(attrs=_CODE)


class Code(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(
            self, _("確認コード"), _("認証アプリの6けたの数字、または印刷した予備コードです。")
        )


class Again(CodeAgain):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("確認コード"))


class Password(PasswordAgain):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("パスワード")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class Authenticator(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("確認コード"), _("アプリに表示された6けたの数字を入力してください。"))


_BROKEN = (KeyError, TypeError, ValueError, AttributeError)


def _no_passkey() -> forms.ValidationError:
    return forms.ValidationError(
        _("パスキーを確かめられませんでした。もう一度お試しください。"), code="incorrect_code"
    )


class _Whole:
    """allauth trusts the browser to send all parts of a passkey's answer; whoever does not gets a sentence."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN:
            raise _no_passkey() from None


class Passkey(_Whole, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAlone(_Whole, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgain(_Whole, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class _WholeNew:
    """The same for a passkey that is being enrolled."""

    def clean(self) -> Any:
        try:
            return super().clean()  # type: ignore[misc]
        except _BROKEN:
            raise forms.ValidationError({"credential": _no_passkey()}) from None


class FirstPasskey(_WholeNew, SignupWebAuthnForm):  # type: ignore[misc]
    pass


class AnotherPasskey(_WholeNew, AddWebAuthnForm):  # type: ignore[misc]
    pass


class MailedCode(forms.Form):
    code = forms.CharField(
        label=_("確認コード"),
        help_text=_("メールでお送りした6けたの数字です。"),
        max_length=10,
        widget=forms.TextInput(attrs=_CODE),
    )

    def __init__(
        self, *args: Any, staff: StaffMember, kept: dict[str, object], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.kept = staff, kept

    def clean_code(self) -> str:
        clear = check_rate_limit(self.staff)
        code: str = self.cleaned_data["code"]
        if not operations.code_is_right(self.staff, code, kept=self.kept):
            raise adapters.wrong_code()
        clear()
        return code


class Forgotten(forms.Form):
    email = forms.EmailField(label=_("メールアドレス"), max_length=254)


class NewPassword(forms.Form):
    password = forms.CharField(
        label=_("新しいパスワード"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("新しいパスワード（もう一度）"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", _("2つのパスワードが違います。"))
        if password:
            try:
                validate_password(password, self.staff)
            except forms.ValidationError as no:
                self.add_error("password", no)
        return given
