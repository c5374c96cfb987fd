"""The cloud and the doors, asked as a product would ask, and tried as somebody at the door would."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulators.locks.driver import Desk, Hand
from simulators.locks.server import Running, running

_ACCEPT = "application/vnd.lockstate+json; version=1"
MORNING = {"starts_at": "2027-06-05T09:00:00", "ends_at": "2027-06-05T12:00:00"}


@pytest.fixture
def sim() -> Iterator[Running]:
    with running() as here:
        Desk(here.base).turn_to("2027-06-05T08:30:00")
        yield here


@pytest.fixture
def desk(sim: Running) -> Desk:
    return Desk(sim.base)


@pytest.fixture
def hand(sim: Running) -> Hand:
    return Hand(sim.base)


@pytest.fixture
def cloud(sim: Running) -> httpx.Client:
    client = httpx.Client(base_url=sim.base, trust_env=False)
    token = _token(client, sim, grant_type="client_credentials").json()["access_token"]
    client.headers.update({"authorization": f"Bearer {token}", "accept": _ACCEPT})
    return client


def _token(client: httpx.Client, sim: Running, **asked: str) -> httpx.Response:
    keys = {"client_id": sim.settings.client_id, "client_secret": sim.settings.client_secret}
    return client.post("/oauth/token", data=keys | asked)


def book(cloud: httpx.Client, key: str, pin: str, **more: Any) -> httpx.Response:
    attributes = {"name": key, "device_id": "gym-front", "pin": pin, **MORNING, **more}
    return cloud.post("/bookings", json={"type": "booking", "id": key, "attributes": attributes})


def test_a_code_opens_the_door_after_its_heartbeat_and_only_within_its_hours(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    assert book(cloud, "one", "482913").status_code == 201
    desk.turn_to("2027-06-05T09:00:01")
    assert not hand.types("gym-front", "482913")  # accepted by the cloud is not on the door

    desk.beat("gym-front")

    assert hand.types("gym-front", "482913")
    assert not hand.types("gym-arena", "482913")
    desk.turn_to("2027-06-05T12:00:01")
    assert not hand.types("gym-front", "482913")


def test_a_revoked_code_opens_until_the_door_has_heard_of_it(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    book(cloud, "one", "482913")
    desk.turn_to("2027-06-05T09:30:00")
    assert hand.asks_for_sync("gym-front")

    assert cloud.put("/bookings/one/deactivate").status_code == 200

    assert hand.types("gym-front", "482913")
    assert hand.asks_for_sync("gym-front")
    assert not hand.types("gym-front", "482913")


def test_a_pin_that_is_taken_is_answered_with_another_and_no_error(cloud: httpx.Client) -> None:
    book(cloud, "one", "482913")

    second = book(cloud, "two", "482913", device_id="gym-arena")

    assert second.status_code == 201
    assert second.json()["data"]["attributes"]["pin"] != "482913"
    assert "PIN has already been taken" in second.json()["meta"]["warnings"]


def test_our_id_is_booked_once(cloud: httpx.Client, desk: Desk) -> None:
    assert book(cloud, "one", "482913").status_code == 201
    assert book(cloud, "one", "482913").status_code == 409
    assert len(desk.state()["persons"]) == 1


def test_times_have_no_zone(cloud: httpx.Client) -> None:
    answer = book(cloud, "one", "482913", starts_at="2027-06-05T09:00:00+09:00")

    assert answer.status_code == 422


def test_a_second_door_of_the_same_person_has_the_same_pin(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    person = book(cloud, "one", "482913").json()["data"]["attributes"]["access_person_id"]
    cloud.post(
        f"/access_persons/{person}/accesses",
        json={"attributes": {"accessible_id": "gym-arena", "accessible_type": "lock"}},
    )
    desk.turn_to("2027-06-05T09:00:01")
    desk.beat("gym-front", "gym-arena")

    assert hand.types("gym-front", "482913")
    assert hand.types("gym-arena", "482913")
    counts = [
        one["attributes"] for one in cloud.get(f"/access_persons/{person}/accesses").json()["data"]
    ]
    assert [one["devices_synced_count"] for one in counts] == [1, 1]


def test_without_wifi_a_door_goes_on_with_what_it_knows(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    book(cloud, "one", "482913")
    desk.beat("gym-front")
    desk.door("gym-front", online=False)
    book(cloud, "two", "771204")
    desk.turn_to("2027-06-05T09:00:01")
    desk.beat("gym-front")

    assert hand.types("gym-front", "482913")
    assert not hand.types("gym-front", "771204")
    assert not hand.asks_for_sync("gym-front")


def test_a_lock_that_was_replaced_knows_nothing_until_it_syncs(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    book(cloud, "one", "482913")
    desk.beat("gym-front")
    desk.turn_to("2027-06-05T09:00:01")

    desk.door("gym-front", replace=True)

    assert not hand.types("gym-front", "482913")
    desk.beat("gym-front")
    assert hand.types("gym-front", "482913")


def test_a_lock_whose_clock_is_wrong_opens_at_its_own_time(
    cloud: httpx.Client, desk: Desk, hand: Hand
) -> None:
    book(cloud, "one", "482913")
    desk.beat("gym-front")
    desk.door("gym-front", clock_skew=-3600)
    desk.turn_to("2027-06-05T09:30:00")

    assert not hand.types("gym-front", "482913")


def test_tokens_are_for_two_hours_and_refresh_tokens_are_good_once(sim: Running) -> None:
    client = httpx.Client(base_url=sim.base, trust_env=False)
    first = _token(client, sim, grant_type="authorization_code", code=sim.settings.code).json()

    again = _token(client, sim, grant_type="refresh_token", refresh_token=first["refresh_token"])
    spent = _token(client, sim, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert first["expires_in"] == 7200
    assert again.status_code == 200
    assert spent.status_code == 401


@pytest.mark.parametrize(
    ("fault", "status", "there"),
    [("rate_wall", 429, 0), ("http_500", 500, 0), ("http_500_after_commit", 500, 1)],
)
def test_faults_come_before_or_after_the_work(
    cloud: httpx.Client, desk: Desk, fault: str, status: int, there: int
) -> None:
    desk.faults(endpoint="bookings.create", count=1, **{fault: True})

    assert book(cloud, "one", "482913").status_code == status

    assert len(desk.state()["persons"]) == there
    assert book(cloud, "two", "482913").status_code == 201


def test_a_deletion_can_do_nothing(cloud: httpx.Client, desk: Desk) -> None:
    book(cloud, "one", "482913")
    desk.faults(endpoint="persons.deactivate", delete_does_nothing=True)

    answer = cloud.put("/bookings/one/deactivate")

    assert answer.status_code == 200
    assert desk.state()["persons"][0]["status"] == "upcoming"
