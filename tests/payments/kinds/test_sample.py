"""The sample town comes with payment services that a phone can pay with, wherever the demonstration plays them."""

import pytest

from simulators.payments.server import Running
from tests.stories.conftest import SAMPLES
from yakuba.config import town_files
from yakuba.payments import queries
from yakuba.payments.models import Connection

pytestmark = pytest.mark.django_db


def test_the_sample_connects_to_all_three_and_each_is_in_order(
    sim: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_PAYMENTS_URL", sim.base)

    words = town_files._connections(SAMPLES / "connections.yaml")

    assert words == "支払い方法：3"
    assert [one.kind for one in queries.usable()] == ["stripe", "paypay", "sbps"]
    assert [queries.contract_of(one).check() for one in Connection.objects.all()] == [[], [], []]


def test_loading_again_finds_the_services_at_their_new_place_and_leaves_the_rest(
    sim: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_PAYMENTS_URL", "http://localhost:1")
    town_files._connections(SAMPLES / "connections.yaml")
    Connection.objects.filter(kind="paypay").update(is_on=False, name="ペイペイ")

    monkeypatch.setenv("DEMO_PAYMENTS_URL", sim.base)
    town_files._connections(SAMPLES / "connections.yaml")

    paypay = Connection.objects.get(kind="paypay")
    assert (paypay.name, paypay.is_on) == ("ペイペイ", False)
    assert queries.contract_of(paypay).check() == []
    assert Connection.objects.count() == 3


def test_without_them_nobody_is_offered_a_way_that_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DEMO_PAYMENTS_URL", raising=False)

    assert "読み込みません" in town_files._connections(SAMPLES / "connections.yaml")
    assert not Connection.objects.exists()
