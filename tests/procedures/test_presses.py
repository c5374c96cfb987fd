"""Buttons that are not of this person, or of no run at all, are answered kindly and change nothing."""

import pytest

from tests.cast import make_resident
from yakuba.line.models import Outgoing
from yakuba.line.rules import read_event
from yakuba.line.sockets import Person
from yakuba.procedures.chat import handlers
from yakuba.residents.models import LineAccount

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("data", ["zz", "", "zz:nonce:.stop", "a" * 300, "start:nothing"])
def test_a_press_on_nothing_is_answered(data: str) -> None:
    person = LineAccount.objects.get(resident=make_resident()).line_user_id
    raw = {
        "type": "postback",
        "webhookEventId": "01TEST",
        "timestamp": 1_795_000_000_000,
        "mode": "active",
        "source": {"type": "user", "userId": person},
        "postback": {"data": f"procedures:{data}"},
    }

    taken = handlers.postback(read_event(raw), Person(person))

    assert taken
    assert Outgoing.objects.filter(user_id=person).count() == 1
