import ipaddress

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from yakuba.console.guard import allowed_network

TOWN_HALL = [ipaddress.ip_network("203.0.113.0/24"), ipaddress.ip_network("2001:db8::/32")]


def status(path: str = "/console/", *, peer: str, forwarded: str = "", proxies: int = 0) -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get(path, headers=headers, REMOTE_ADDR=peer)
    with override_settings(STAFF_NETWORKS=TOWN_HALL, TRUSTED_PROXIES=proxies):
        return allowed_network(lambda request: HttpResponse("開きました"))(request).status_code


def test_the_town_hall_comes_in() -> None:
    assert status(peer="203.0.113.7") == 200
    assert status(peer="2001:db8::7") == 200


def test_an_address_from_elsewhere_is_told_why_it_does_not() -> None:
    request = RequestFactory().get("/console/", REMOTE_ADDR="198.51.100.1")

    with override_settings(STAFF_NETWORKS=TOWN_HALL, TRUSTED_PROXIES=0):
        answer = allowed_network(lambda request: HttpResponse())(request)

    assert answer.status_code == 403
    assert "この場所からは利用できません" in answer.content.decode()
    assert "198.51.100.1" in answer.content.decode()


def test_an_old_address_inside_a_new_one_is_recognised() -> None:
    assert status(peer="::ffff:203.0.113.7") == 200


def test_residents_are_not_asked_where_they_are() -> None:
    assert status("/p/", peer="198.51.100.1") == 200


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7", 200),
        ("198.51.100.1", 403),
        ("203.0.113.7, 198.51.100.1", 403),  # the first was written by the caller
        ("", 403),  # came in past the proxy
    ],
)
def test_only_what_our_own_proxy_saw_counts(forwarded: str, expected: int) -> None:
    assert status(peer="10.0.0.1", forwarded=forwarded, proxies=1) == expected


def test_what_the_caller_writes_does_not_count_without_a_proxy() -> None:
    assert status(peer="198.51.100.1", forwarded="203.0.113.7") == 403


def test_an_empty_list_lets_everybody_in() -> None:
    request = RequestFactory().get("/console/", REMOTE_ADDR="198.51.100.1")

    with override_settings(STAFF_NETWORKS=[]):
        answer = allowed_network(lambda request: HttpResponse())(request)

    assert answer.status_code == 200
