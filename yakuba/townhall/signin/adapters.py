"""How allauth talks to us: our sentences, our mail, our encryption, our steps."""

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.kit import secrets
from yakuba.townhall import operations, queries
from yakuba.townhall.models import StaffMember
from yakuba.townhall.signin import lockout
from yakuba.townhall.signin.lockout import address, outcome, username

_WRONG_PASSWORD = _("メールアドレスまたはパスワードが違います。")
_WRONG_CODE = _("確認コードが違います。新しいコードが表示されたら、もう一度入力してください。")
_TOO_MANY = _(
    "まちがいが続いたため、しばらく受け付けられません。15分ほど待ってから、もう一度お試しください。"
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _WRONG_PASSWORD,
        "incorrect_password": _("パスワードが違います。"),
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return [
            "yakuba.townhall.signin.stages.MailCodeStage",
            "yakuba.townhall.signin.stages.EnrolmentStage",
            "allauth.mfa.stages.AuthenticateStage",
        ]

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave guesses at passwords to axes; allauth counts by person, and would lock out the victim."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> StaffMember | None:
        """Answer somebody who may not come in today like a stranger, even with the right password."""
        staff = super().authenticate(request, **credentials)
        if isinstance(staff, StaffMember) and queries.may_sign_in(staff):
            return staff
        operations.note_refused(
            account=username(request, credentials),
            address=address(request),
            step=str(_("パスワード")),
            outcome=outcome(request),
        )
        return None

    def reauthenticate(self, user: StaffMember, password: str) -> bool:
        staff = self.authenticate(self.request, email=user.email, password=password)
        return staff is not None and staff.pk == user.pk

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hook: Any
    ) -> HttpResponse | None:
        """Ask again what `authenticate` asked: a passkey alone does not pass by there."""
        if not isinstance(user, StaffMember) or not queries.may_sign_in(user):
            self._note_refused_passkey(request, user, operations.Outcome.NOT_TODAY)
            return self.respond_user_inactive(request, user)
        if lockout.is_stopped(request, user.email):
            self._note_refused_passkey(request, user, operations.Outcome.WHILE_STOPPED)
            return lockout.page(request)
        return None

    def _note_refused_passkey(
        self, request: HttpRequest, user: AbstractBaseUser, why: operations.Outcome
    ) -> None:
        operations.note_refused(
            account=str(getattr(user, "email", "")),
            address=address(request),
            step=str(_("パスキー")),
            outcome=why,
        )

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return render(request, "townhall/signin/closed.html", status=403)

    def login(self, request: HttpRequest, user: StaffMember) -> None:
        super().login(request, user)
        request.session.limit(idle_minutes=queries.town().session_minutes)  # type: ignore[attr-defined]
        operations.note_sign_in(user, address=address(request))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages say what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise RuntimeError(f"allauth sends no mail here ({template_prefix})")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _("最後の1つは外せません。先に別の方法を登録してください。"),
        "cannot_generate_recovery_codes": _("先に認証アプリかパスキーを登録してください。"),
    }

    def get_totp_issuer(self) -> str:
        return _("{town} 役場").format(town=queries.town().name)

    def encrypt(self, text: str) -> str:
        return base64.b64encode(secrets.encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(base64.b64decode(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = queries.second_factors(authenticator.user).exclude(pk=authenticator.pk)
        return authenticator.type == Authenticator.Type.RECOVERY_CODES or others.exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("パスキー {number}").format(number=number)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # The address that people see; a Host header is the client's word.
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": queries.town().name}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the signals, which `plugs` turns into the trail and letters."""


def wrong_code() -> ValidationError:
    return ValidationError(_WRONG_CODE, code="incorrect_code")
