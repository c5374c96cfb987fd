"""The pages on the way in that allauth does not have."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import signup_authenticator
from allauth.mfa.webauthn.views import (
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yakuba.townhall import operations, queries
from yakuba.townhall.models import StaffMember
from yakuba.townhall.signin import forms
from yakuba.townhall.signin.adapters import MfaAdapter
from yakuba.townhall.signin.lockout import address
from yakuba.townhall.signin.stages import CODE_WAS_RIGHT, EnrolmentStage, MailCodeStage

View = Callable[[HttpRequest], HttpResponse]


def _in_stage(key: str) -> Callable[[View], View]:
    """Serve the page only to whoever stands at this step of the way in."""
    decorator: Callable[[View], View] = login_stage_required(
        stage=key, redirect_urlname="account_login"
    )
    return decorator


@_in_stage(EnrolmentStage.key)
def enrolment(request: HttpRequest) -> HttpResponse:
    """The first second step: an authenticator app, by QR code or by typing. A passkey is one link away."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    staff: StaffMember = stage.login.user
    form = forms.Authenticator(request.POST or None, user=staff)
    if form.is_valid():
        authenticator = operations.enrol_totp(staff, secret=form.secret)
        clear_totp_secret(request)
        return _onwards(request, stage, authenticator)
    adapter = MfaAdapter()
    return render(
        request,
        "townhall/signin/enrolment.html",
        {
            "form": form,
            "secret": form.secret,
            "qr": adapter.build_totp_svg(adapter.build_totp_url(staff, form.secret)),
        },
    )


@_in_stage(EnrolmentStage.key)
def passkey_enrolment(request: HttpRequest) -> HttpResponse:
    """The first second step: a passkey of this device, which can also do without the password later."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    staff: StaffMember = stage.login.user
    form = forms.FirstPasskey(request.POST or None, user=staff)
    if form.is_valid():
        authenticator = signup_authenticator(
            request,
            user=staff,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
        )
        RecoveryCodes.activate(staff)
        return _onwards(request, stage, authenticator)
    options = webauthn.begin_registration(staff, True)
    return render(
        request, "townhall/signin/passkey_enrolment.html", {"form": form, "options": options}
    )


def _onwards(request: HttpRequest, stage: Any, authenticator: Authenticator) -> HttpResponse:
    """Go on into the house, by way of the printed codes."""
    post_authentication(request, authenticator, reauthenticated=True)
    stage.controller.set_handled(AuthenticateStage.key)  # enrolling has just proved it
    stage.login.redirect_url = reverse("mfa_view_recovery_codes")
    response: HttpResponse = stage.exit()
    return response


@_in_stage(MailCodeStage.key)
def mail_code(request: HttpRequest) -> HttpResponse:
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    staff: StaffMember = stage.login.user
    form = forms.MailedCode(request.POST or None, staff=staff, kept=stage.state)
    if form.is_valid() and queries.code_by_mail_allowed():
        stage.login.state[CODE_WAS_RIGHT] = True
        response: HttpResponse = stage.exit()
        return response
    note_wrong_step(request, form, account=staff.email)
    return render(request, "townhall/signin/mail_code.html", {"form": form})


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether or not somebody of that address works here."""
    form = forms.Forgotten(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        # Whoever asks too often reads the same page, and the mailbox is not filled.
        if ratelimit.consume(request, action="reset_password", key=email.lower()):
            operations.send_password_link(email=email)
        return render(request, "townhall/signin/link_sent.html")
    return render(request, "townhall/signin/forgotten.html", {"form": form})


@never_cache
@sensitive_post_parameters()
def choose_password(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """The page behind the link in an invitation, or for a forgotten password."""
    staff = _whom(who)
    if staff is None or not default_token_generator.check_token(staff, token):
        return render(request, "townhall/signin/link_over.html", status=410)
    form = forms.NewPassword(request.POST or None, staff=staff)
    if form.is_valid():
        operations.choose_password(
            staff, password=form.cleaned_data["password"], address=address(request)
        )
        messages.success(request, _("パスワードを決めました。サインインしてください。"))
        return redirect("account_login")
    return render(request, "townhall/signin/choose_password.html", {"form": form, "staff": staff})


def _whom(who: str) -> StaffMember | None:
    try:
        staff = StaffMember.objects.filter(pk=int(force_str(urlsafe_base64_decode(who)))).first()
    except (ValueError, OverflowError):
        return None
    return staff if staff is not None and queries.may_sign_in(staff) else None


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        staff = StaffMember.objects.get(pk=request.user.pk)
        operations.end_sessions(staff, by=staff)
    return redirect("account_login")


def note_wrong_step(request: HttpRequest, form: BaseForm, *, account: str) -> None:
    """Put a wrong code or passkey into the trail; a form that was sent empty is none."""
    codes = {no.code for found in form.errors.as_data().values() for no in found}
    if codes <= {"required"}:
        return
    stopped = "too_many_login_attempts" in codes
    operations.note_refused(
        account=account,
        address=address(request),
        step=str(_("確認コード") if "code" in form.fields else _("パスキー")),
        outcome=operations.Outcome.WHILE_STOPPED if stopped else operations.Outcome.WRONG,
    )


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """allauth's, and what was wrong is in the trail."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        note_wrong_step(self.request, form, account=self.stage.login.user.email)
        response: HttpResponse = super().form_invalid(form)
        return response


class SecondStepAgain(ReauthenticateView):  # type: ignore[misc]
    """allauth's, and what was wrong is in the trail."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        note_wrong_step(self.request, form, account=self.request.user.email)
        response: HttpResponse = super().form_invalid(form)
        return response


class PasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """allauth's, and what was wrong is in the trail."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        note_wrong_step(self.request, form, account=self.request.user.email)
        response: HttpResponse = super().form_invalid(form)
        return response


class PasskeyAlone(LoginWebAuthnView):  # type: ignore[misc]
    """allauth's, and what was wrong is in the trail; whose it was to be, nobody knows."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        note_wrong_step(self.request, form, account="")
        response: HttpResponse = super().form_invalid(form)
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth's, which does not ask whether it is the last second step."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if not MfaAdapter().can_delete_authenticator(self.get_object()):
            messages.error(
                self.request, _("最後の1つは外せません。先に別の方法を登録してください。")
            )
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        return response
