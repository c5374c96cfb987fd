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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let whoever needs a browser come last: its loop in the main thread shuts out every other."""
    items.sort(key=lambda item: (_is_in("browser", item), "test_liff_script" in item.nodeid))
    for item in items:
        if item.get_closest_marker("browser"):
            # A machine that stalls for seconds is not a fault of the page: once more, and it is said.
            item.add_marker(pytest.mark.flaky(reruns=1))


def _is_in(folder: str, item: pytest.Item) -> bool:
    return folder in item.path.relative_to(item.config.rootpath).parts


def pytest_unconfigure() -> None:
    environment.leave(_server)
