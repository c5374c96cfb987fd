"""Settings of the sign-in: django-allauth, django-axes and sessions. Imported by `config.settings`.

Everything that guards a secret counts in the database (`CACHES`, axes), because several processes
answer the same attacker.
"""

from datetime import timedelta

SESSION_ENGINE = "yakuba.townhall.signin.sessions"
SESSION_SAVE_EVERY_REQUEST = True  # each request puts the end of the session off again
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "townhall_cache",
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "yakuba.townhall.signin.backends.Backend",
]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # links to choose a password

ACCOUNT_ADAPTER = "yakuba.townhall.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "/console/sign-in/"
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation came by mail; there is no sign-up
ACCOUNT_SESSION_REMEMBER = False  # the cookie goes with the browser's window
ACCOUNT_LOGIN_TIMEOUT = 15 * 60  # between the password and the second step
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a town hall has one address
    "login_failed": "5/15m/key",  # guesses at the second step; passwords are axes' part
    "reauthenticate": "10/m/user",
    "reset_password": "30/h/ip,3/h/key",
    "mail_code": "5/15m/key",  # letters with a code, to one person
}
ACCOUNT_FORMS = {
    "login": "yakuba.townhall.signin.forms.SignIn",
    "reauthenticate": "yakuba.townhall.signin.forms.Password",
}

MFA_ADAPTER = "yakuba.townhall.signin.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "yakuba.townhall.signin.forms.Code",
    "reauthenticate": "yakuba.townhall.signin.forms.Again",
    "activate_totp": "yakuba.townhall.signin.forms.Authenticator",
    "authenticate_webauthn": "yakuba.townhall.signin.forms.Passkey",
    "login_webauthn": "yakuba.townhall.signin.forms.PasskeyAlone",
    "reauthenticate_webauthn": "yakuba.townhall.signin.forms.PasskeyAgain",
    "add_webauthn": "yakuba.townhall.signin.forms.AnotherPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # clocks of telephones go up to half a minute wrong

AXES_USERNAME_CALLABLE = "yakuba.townhall.signin.lockout.username"
AXES_CLIENT_IP_CALLABLE = "yakuba.townhall.signin.lockout.address"
AXES_LOCKOUT_CALLABLE = "yakuba.townhall.signin.lockout.page"
# Together, so that an attacker elsewhere cannot keep the real person out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # its lines would hold names and addresses
AXES_DISABLE_ACCESS_LOG = True  # the trail tells who signed in
