"""Django's settings: one file, the same everywhere; what differs comes from the environment."""

import ipaddress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from yakuba.config import environment

_env = environment.read()
_package = Path(__file__).resolve().parent.parent

ENVIRONMENT = _env["ENVIRONMENT"]
CLOCK_MAY_BE_TURNED = ENVIRONMENT == "demo"
DEBUG = False
SECRET_KEY = _env["SECRET_KEY"]
DATA_KEYS = [key.strip() for key in _env["DATA_KEY"].split(",")]
PUBLIC_URL = _env["PUBLIC_URL"].rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [_public.hostname or "", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

LINE_CHANNEL_ID = _env["LINE_CHANNEL_ID"]
LINE_CHANNEL_SECRET = _env["LINE_CHANNEL_SECRET"]
LINE_LOGIN_CHANNEL_ID = _env["LINE_LOGIN_CHANNEL_ID"]
LINE_LOGIN_CHANNEL_SECRET = _env["LINE_LOGIN_CHANNEL_SECRET"]
LINE_LIFF_ID = _env["LINE_LIFF_ID"]
LINE_API_BASE = _env["LINE_API_BASE"].rstrip("/")
LINE_DATA_BASE = _env["LINE_DATA_BASE"].rstrip("/")
LINE_ACCESS_BASE = _env["LINE_ACCESS_BASE"].rstrip("/")
LIFF_SDK_URL = _env["LIFF_SDK_URL"]
LIFF_BASE = _env["LIFF_BASE"].rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "django_vite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    # the house, from the ground up (docs/map.md)
    "yakuba.kit",
    "yakuba.ui",
    "yakuba.console",
    "yakuba.audit",
    "yakuba.mail",
    "yakuba.townhall",
    "yakuba.files",
    "yakuba.reports",
    "yakuba.line",
    "yakuba.residents",
    "yakuba.portal",
    "yakuba.segments",
    "yakuba.procedures",
    "yakuba.broadcasts",
    "yakuba.richmenus",
    "yakuba.payments",
    "yakuba.registers",
    "yakuba.identity",
    "yakuba.submissions",
    "yakuba.bookings",
    "yakuba.locks",
    "yakuba.config",
]

MIDDLEWARE = [
    "yakuba.config.middleware.security_headers",
    "yakuba.config.middleware.bounded_body",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yakuba.console.guard.allowed_network",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yakuba.config.urls"
WSGI_APPLICATION = "yakuba.config.wsgi.application"

_loaders = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django_cotton.cotton_loader.Loader",
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": _loaders,
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yakuba.config.context.town",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "yakuba.ui.forms.Renderer"

_database = urlsplit(_env["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_database.path.lstrip("/")),
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": _database.hostname or "",
        "PORT": str(_database.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": 6,
                "timeout": 5,
                "max_idle": 300,
                "reconnect_timeout": 5,  # seconds; waiting ever longer would outlast an outage
            },
            # Server-side sorting and deadlines must not depend on the server's own set-up.
            "options": "-c timezone=UTC -c lock_timeout=10s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "ja"
USE_I18N = True
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [_package / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

APPEND_SLASH = False  # a redirect would break the first page inside LINE (LIFF: no 3xx before init)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "yakuba_staff"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "yakuba.config.errors.forgery"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
LARGEST_BODY = 64 * 1024 * 1024  # of a request: the largest file, a film, and the form around it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
TRUSTED_PROXIES = int(_env["TRUSTED_PROXIES"])

STAFF_NETWORKS = [
    ipaddress.ip_network(network.strip())
    for network in _env["STAFF_NETWORKS"].split(",")
    if network.strip()
]

AUTH_USER_MODEL = "townhall.StaffMember"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/console/sign-in/"
LOGIN_REDIRECT_URL = "/console/"
from yakuba.townhall.signin_settings import *  # noqa: E402, F403  allauth, axes, sessions

STATIC_URL = "/static/"
STATIC_ROOT = _package.parent / ".local" / "static"
STATICFILES_DIRS = [path for path in (_package.parent / "frontend" / "dist",) if path.exists()]
FONTS = _package.parent / "frontend" / "dist" / "fonts"  # what menus are drawn with
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/.+-[\w-]{8}\.\w+$"  # what Vite named by its hash
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": _package.parent / "frontend" / "dist" / "manifest.json",
        "static_url_prefix": "",
    }
}

SMTP_URL = _env["SMTP_URL"]
MAIL_FROM = _env["MAIL_FROM"]
FILES_URL = _env["FILES_URL"]
CLAMAV_URL, CLAMAV_DOWN = _env["CLAMAV_URL"], _env["CLAMAV_DOWN"]
PORT, WEB_PORT, INTAKE_PORT = (int(_env[name]) for name in ("PORT", "WEB_PORT", "INTAKE_PORT"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "yakuba.config.logs.Line",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "yakuba": {"level": "INFO"},
        "httpx": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
