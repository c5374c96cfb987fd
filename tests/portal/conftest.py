"""LINE's keys, and a browser that says whose they are."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings as DjangoSettings

from tests.portal.line_keys import LineKeys, serving


@pytest.fixture
def line_keys(settings: DjangoSettings) -> Iterator[LineKeys]:
    from yakuba.portal import tokens  # models may be imported only when Django is up

    tokens.start_afresh()
    with serving(LineKeys()) as line:
        settings.LINE_API_BASE = settings.LINE_ACCESS_BASE = line.base
        yield line
    tokens.start_afresh()


@pytest.fixture
def browser_of_resident(db: None) -> Client:
    from tests.cast import make_town

    make_town()
    return Client(enforce_csrf_checks=True)
