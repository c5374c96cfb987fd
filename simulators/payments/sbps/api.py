"""The API type: XML in Shift_JIS with Basic auth, for asking after a payment and giving it back."""

import asyncio
import base64
import hmac
from collections.abc import Iterator
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.payments.sbps.books import NUMBERS, Books, Order
from simulators.payments.sbps.fields import checksum

ADDRESS = "/api/xmlapi.do"
ASK, GIVE_BACK, GIVE_PART_BACK = "MG01-00101", "ST02-00303", "ST02-00307"
_AUTHORISED, _CAPTURED, _CANCELLED, _REFUNDED = "1", "2", "3", "4"
_STATUS = {
    "authorised": _AUTHORISED,
    "captured": _CAPTURED,
    "cancelled": _CANCELLED,
    "refunded": _REFUNDED,
    "charged back": _CAPTURED,  # the API tells nothing of a chargeback
}


class Refused(Exception):
    """The answer is NG with this error code."""


class Api:
    """The one address of the API type; the function stands in the XML."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def routes(self) -> list[Route]:
        return [Route(ADDRESS, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        world = self.books.world
        if not self._may_enter(request.headers.get("authorization", "")):
            return Response("Unauthorized", 401, {"www-authenticate": "Basic"})
        try:
            asked = _parsed(await request.body())
        except (ElementTree.ParseError, ValueError):
            return self._xml("", "<res_result>NG</res_result><res_err_code>99900999</res_err_code>")
        function = asked.get("id", "")
        place = f"sbps/api.{function}"
        if world.faults.take("http_500", place):
            return Response("Internal Server Error", 500)
        try:
            inside = self._done(function, asked)
            ok, code = "OK", ""
        except Refused as no:
            inside, ok, code = "", "NG", str(no)
        late = float(world.faults.take("delay", place))
        if late:
            await asyncio.sleep(late)
        broken = world.faults.take("http_500_after_commit", place)
        world.calls.append((place, 500 if broken else 200))
        if broken:
            return Response("Internal Server Error", 500)
        now = world.now("sbps").strftime("%Y%m%d%H%M%S")
        return self._xml(
            function,
            f"<res_result>{ok}</res_result><res_sps_transaction_id>B{world.new_number(30)}</res_sps_transaction_id>"
            f"{inside}<res_process_date>{now}</res_process_date><res_err_code>{code}</res_err_code>"
            f"<res_date>{now}</res_date>",
        )

    def _may_enter(self, header: str) -> bool:
        settings = self.books.world.settings
        pair = f"{settings.sbps_api_user}:{settings.sbps_api_password}".encode()
        expected = "Basic " + base64.b64encode(pair).decode()
        return hmac.compare_digest(expected.encode(), header.encode())

    def _done(self, function: str, asked: ElementTree.Element) -> str:
        settings = self.books.world.settings
        what, _, number = function.rpartition("-")
        values = [text for name, text in _values(asked) if name != "sps_hashcode"]
        expected = checksum(values, settings.sbps_hash_key, "cp932")
        if _text(asked, "sps_hashcode").lower() != expected:
            raise Refused(f"{number}09999")
        merchant = (_text(asked, "merchant_id"), _text(asked, "service_id"))
        if merchant != (settings.sbps_merchant_id, settings.sbps_service_id):
            raise Refused(f"{number}14999")
        order = self.books.by_tracking(
            _text(asked, "tracking_id"), _text(asked, "sps_transaction_id")
        )
        if order is None or NUMBERS.get(order.method) != number:
            raise Refused(f"{number}12013")
        if what == ASK:
            return self._asked(order)
        if what in (GIVE_BACK, GIVE_PART_BACK):
            self._give_back(order, number, asked, is_part=what == GIVE_PART_BACK)
            return ""
        raise Refused("99902999")

    def _asked(self, order: Order) -> str:
        """How a payment stands; no amount, which the real answer does not have either."""
        return (
            "<res_status>0</res_status><res_pay_method_info>"
            f"<commit_status>{'0' if order.state == 'authorised' else '1'}</commit_status>"
            f"<payment_status>{_STATUS[order.state]}</payment_status></res_pay_method_info>"
        )

    def _give_back(
        self, order: Order, number: str, asked: ElementTree.Element, *, is_part: bool
    ) -> None:
        if order.state != "captured":
            raise Refused(f"{number}B1013")  # cannot be processed as it stands
        left = order.amount - order.refunded
        amount = int(asked.findtext("pay_option_manage/amount") or 0) if is_part else left
        if not 0 < amount <= left:
            raise Refused(f"{number}07024")
        self.books.give_back(order, amount, f"{order.tracking_id}-R{order.refunded}")

    def _xml(self, function: str, inside: str) -> Response:
        text = (
            "<?xml version='1.0' encoding='Shift_JIS' ?>"
            f'<sps-api-response id="{function}">{inside}</sps-api-response>'
        )
        return Response(text.encode("cp932"), media_type="text/xml;charset=Shift_JIS")


def _parsed(body: bytes) -> ElementTree.Element:
    """Read the XML as Shift_JIS; the parser itself knows no character set of several bytes."""
    _, _, content = body.decode("cp932").partition("?>")
    return ElementTree.fromstring(content.strip())


def _values(node: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in node:
        if len(child):
            yield from _values(child)
        else:
            yield child.tag, child.text or ""


def _text(node: ElementTree.Element, name: str) -> str:
    return (node.findtext(name) or "").strip()
