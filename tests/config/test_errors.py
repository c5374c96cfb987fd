"""Whoever is lost is told in a sentence, and finds a way on."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "way"),
    [("/p/nowhere/", 'href="/p/"'), ("/console/nowhere/", 'href="/console/"')],
)
def test_a_page_that_is_not_there_leads_back(address: str, way: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.content.decode()
    assert way in answer.content.decode()


@pytest.mark.django_db
def test_outside_of_both_there_is_a_sentence_alone() -> None:
    answer = Client().get("/nowhere/")

    assert answer.status_code == 404
    assert "href" not in answer.content.decode().partition("<main")[2]
