"""What every answer carries, and what is refused before it is read."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_body_larger_than_any_file_is_refused(client: Client) -> None:
    answer = client.generic("POST", "/p/session", b"{}", CONTENT_LENGTH="99999999999")

    assert answer.status_code == 413
    assert "大きすぎて" in answer.content.decode()


@pytest.mark.parametrize("name", ["account_login", "townhall_forgotten", "mfa_authenticate"])
def test_no_page_of_the_console_lies_in_the_browsers_cache(client: Client, name: str) -> None:
    answer = client.get(reverse(name))

    assert "no-store" in answer["Cache-Control"]
