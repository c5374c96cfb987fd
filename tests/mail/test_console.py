"""Letters as administrators see them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.mail.factories import make_letter
from tests.townhall.factories import make_staff, make_town
from yakuba.mail.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    make_town()
    client = Client()
    client.force_login(make_staff(is_administrator=True))
    return client


def fail(letter: Letter) -> Letter:
    letter.state, letter.trouble = Letter.State.FAILED, "550 5.1.1 No such person here"
    letter.refused, letter.left = letter.to, []
    letter.save()
    return letter


def test_a_failed_letter_says_why_and_is_sent_again(desk: Client) -> None:
    letter = fail(make_letter())
    address = reverse("console:letter", args=[letter.pk])

    assert "550 5.1.1" in desk.get(address).content.decode()
    desk.post(address)

    letter.refresh_from_db()
    assert (letter.state, letter.left) == (Letter.State.WAITING, letter.to)


def test_the_list_can_be_narrowed_to_what_failed(desk: Client) -> None:
    fail(make_letter(subject="届かないメール"))
    make_letter(subject="待っているメール")

    page = desk.get(reverse("console:letters"), {"state": "failed"}).content.decode()

    assert "届かないメール" in page
    assert "待っているメール" not in page


def test_the_text_of_a_secret_letter_is_never_shown(desk: Client) -> None:
    letter = make_letter(body="http://localhost/secret-link/", is_secret=True)

    page = desk.get(reverse("console:letter", args=[letter.pk])).content.decode()

    assert "secret-link" not in page
    assert "内容は表示しません" in page


def test_what_failed_stands_on_the_page_of_today(desk: Client) -> None:
    fail(make_letter())

    assert "送れなかったメール" in desk.get("/console/").content.decode()
