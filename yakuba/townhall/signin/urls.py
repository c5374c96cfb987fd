"""The addresses of signing in and out, under the names that allauth looks for.

Of allauth only what is listed here can be reached: no sign-up, no e-mail pages, no code sign-in.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, path

from yakuba.townhall.signin import views


def _page(name: str) -> str:
    return f"townhall/signin/{name}.html"


# below /console/sign-in/
entrance: list[URLPattern] = [
    path("", account.LoginView.as_view(template_name=_page("sign_in")), name="account_login"),
    path("passkey/", views.PasskeyAlone.as_view(), name="mfa_login_webauthn"),
    path("code/", views.SecondStep.as_view(template_name=_page("code")), name="mfa_authenticate"),
    path("mail-code/", views.mail_code, name="townhall_mail_code"),
    path("enrolment/", views.enrolment, name="townhall_enrolment"),
    path("enrolment/passkey/", views.passkey_enrolment, name="townhall_passkey_enrolment"),
    path("forgotten/", views.forgotten, name="townhall_forgotten"),
    path("password/<str:who>/<str:token>/", views.choose_password, name="townhall_choose_password"),
    # Who is signed in for a while proves it again before changing the second step.
    path(
        "again/",
        account.ReauthenticateView.as_view(template_name=_page("again")),
        name="account_reauthenticate",
    ),
    path(
        "again/code/",
        views.SecondStepAgain.as_view(template_name=_page("again")),
        name="mfa_reauthenticate",
    ),
    path(
        "again/passkey/",
        views.PasskeyAgain.as_view(template_name=_page("again_passkey")),
        name="mfa_reauthenticate_webauthn",
    ),
]

# below /console/sign-out/
exit_: list[URLPattern] = [
    path("", account.LogoutView.as_view(template_name=_page("out")), name="account_logout"),
    path("everywhere/", views.sign_out_everywhere, name="townhall_out_everywhere"),
]

# below /console/account/
account_pages: list[URLPattern] = [
    path("", mfa.IndexView.as_view(template_name=_page("methods")), name="mfa_index"),
    path(
        "app/",
        totp.ActivateTOTPView.as_view(template_name=_page("app")),
        name="mfa_activate_totp",
    ),
    path(
        "app/remove/",
        totp.DeactivateTOTPView.as_view(template_name=_page("remove")),
        name="mfa_deactivate_totp",
    ),
    path(
        "codes/",
        codes.ViewRecoveryCodesView.as_view(template_name=_page("codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "codes/new/",
        codes.GenerateRecoveryCodesView.as_view(template_name=_page("new_codes")),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "passkeys/add/",
        webauthn.AddWebAuthnView.as_view(template_name=_page("add_passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        "passkeys/<int:pk>/remove/",
        views.RemovePasskey.as_view(template_name=_page("remove")),
        name="mfa_remove_webauthn",
    ),
]
