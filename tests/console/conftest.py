from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import clear_url_caches

if TYPE_CHECKING:
    from yakuba.townhall.models import StaffMember


@pytest.fixture(autouse=True)
def _addresses_of_the_tests() -> Iterator[None]:
    import_module("tests.console.addresses")  # before a test plugs in pages that have no address
    with override_settings(ROOT_URLCONF="tests.console.addresses"):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def clerk(db: None) -> StaffMember:
    from tests.townhall.factories import make_department, make_staff, make_town

    make_town(name="上市町")
    return make_staff(department=make_department(name="建設課"))


@pytest.fixture
def desk(clerk: StaffMember) -> Client:
    """A browser in which the clerk has signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client
