"""Every test has a real PostgreSQL; see `environment`."""

import os

from tests import environment

_server = environment.prepare()

import django

django.setup()  # pytest-django looks for the settings before they are prepared

import pytest
from django.conf import settings

settings.MAIL_IS_CHECKED = True  # a letter with personal data in it fails
settings.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # quick, for tests only


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give each run of the suite a database of its own, so that two can run at once."""
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = os.environ.get(
        "YAKUBA_TEST_DATABASE", f"yakuba_test_{os.getpid()}"
    )


def pytest_unconfigure() -> None:
    environment.leave(_server)
