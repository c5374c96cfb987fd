"""What is said back in the talk: a pressed button of a message, and the code that links a telephone for tests."""

import re
from dataclasses import replace
from uuid import UUID

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import reading, testing
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line import sockets
from yakuba.line.rules import Event
from yakuba.line.sockets import Person
from yakuba.residents import operations as residents

PACKAGE = "broadcasts"
_CODE = re.compile(r"(?:職員|しょくいん)[\s　]*([0-9０-９]{8})")


def postback(event: Event, person: Person) -> bool:
    """Take a press on `<delivery>:<procedure>`: remember it, and let the procedure begin."""
    number, _colon, slug = event.postback_rest.partition(":")
    try:
        delivery = Delivery.objects.filter(public_id=UUID(number)).first()
    except ValueError:
        delivery = None
    if delivery is not None:
        resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
        reading.pressed(delivery=delivery, resident=resident)
    data = {**event.postback, "data": begins(slug)}
    return sockets.offer(replace(event, postback=data), person)


def begins(slug: str) -> str:
    """Return the data of a button that begins the procedure and is not counted."""
    return f"procedures:start:{slug}"


def code_typed(event: Event, person: Person) -> bool:
    """Link the telephone of a member of staff when they type the code that their screen shows."""
    found = _CODE.fullmatch(event.text.strip()) if event.is_private else None
    if found is None:
        return False
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    staff = testing.link(resident=resident, code=str(int(found[1])).zfill(8))
    words = (
        f"職員の確認用LINEとして登録しました（{staff.name}さん）。テスト送信がこのトークに届きます。"
        if staff is not None
        else "番号が違うか、期限が切れています。役場の画面で番号を出し直してください。"
    )
    wire.say(event.user_id, line.text(words), reply_to=event)
    return True
