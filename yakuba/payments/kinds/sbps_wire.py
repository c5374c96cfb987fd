"""The wire of SBPS: fields in their order, the checksum, a result in Shift_JIS, and the API type's XML."""

import base64
import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.etree import ElementTree
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.sockets import Refused

JAPAN = ZoneInfo("Asia/Tokyo")
WIRE = "cp932"  # what Shift_JIS means to a Japanese machine
_PATIENCE = 30.0  # seconds
_ITEM_NAME = 40  # bytes

# The fields of a purchase request (A01-1) and of its result (A02-1), in the order of the documents.
_COMMON = (
    "pay_method merchant_id service_id cust_code sps_cust_no sps_payment_no order_id item_id pay_item_id"
    " item_name tax amount pay_type auto_charge_type service_type div_settele last_charge_month camp_type"
    " tracking_id terminal_type"
)
REQUEST = tuple(
    f"{_COMMON} success_url cancel_url error_url pagecon_url free1 free2 free3 free_csv"
    " request_date limit_second".split()
)
RESULT = tuple(
    f"{_COMMON} free1 free2 free3 request_date res_pay_method res_result res_tracking_id"
    " res_sps_cust_no res_sps_payment_no res_payinfo_key res_payment_date res_err_code res_date"
    " limit_second".split()
)
_NUMBERS = {
    "credit": "101",
    "credit3d2": "101",
    "paypay": "311",
}  # of the API type, by way of paying
METHODS = {"credit": "card", "credit3d2": "card", "paypay": "paypay"}


@dataclass(frozen=True, slots=True)
class Tracked:
    """A payment as SBPS told of it, kept as `provider_ref`: how to ask, and the amount it will not repeat."""

    tracking_id: str
    amount: int
    method: str
    at: str  # yyyymmddhhmmss in Japan

    def __str__(self) -> str:
        return f"{self.tracking_id}:{self.amount}:{self.method}:{self.at}"

    @classmethod
    def read(cls, text: str) -> "Tracked | None":
        found = re.fullmatch(r"(\w{1,20}):(\d{1,7}):(\w{1,20}):(\d{14})", text)
        return cls(found[1], int(found[2]), found[3], found[4]) if found else None

    @property
    def number(self) -> str:
        return _NUMBERS.get(self.method, "101")

    @property
    def moment(self) -> datetime:
        return datetime.strptime(self.at, "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)


def checksum(values: Iterable[str], key: str, charset: str) -> str:
    """SHA-1 over the values, one after the other, and the key."""
    whole = "".join(value.strip() for value in values).encode(charset, "replace")
    return hashlib.sha1(whole + key.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """With what the API type is asked."""

    address: str
    merchant_id: str
    service_id: str
    hash_key: str
    user: str
    password: str

    def ask(self, function: str, given: list[tuple[str, str]]) -> ElementTree.Element:
        """Ask the API type.

        Raises:
            Refused: it understood and said no; `body` is its error code.
            OutsideFailure: it did not answer.
        """
        fields = [("merchant_id", self.merchant_id), ("service_id", self.service_id), *given]
        fields.append(("request_date", stamp(time.time())))
        hashed = checksum((value for _, value in fields), self.hash_key, WIRE)
        inside = "".join(_tag(name, value) for name, value in [*fields, ("sps_hashcode", hashed)])
        text = f'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-request id="{function}">{inside}</sps-api-request>'
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        answer = http.call(
            "POST",
            self.address,
            content=text.encode(WIRE),
            headers={"Authorization": f"Basic {pair}", "Content-Type": "text/xml"},
            timeout=_PATIENCE,
        )
        if answer.status in (401, 403):
            raise Refused("SBペイメントサービスに入れませんでした（ID・パスワード）。", status=401)
        if answer.status != 200:
            raise OutsideFailure(f"SBPS: {answer.status}", status=answer.status)
        whole = _parsed(answer.content)
        if whole.findtext("res_result") != "OK":
            code = whole.findtext("res_err_code", "")
            words = f"SBペイメントサービスが受け付けませんでした（{code}）。"
            raise Refused(words, status=answer.status, body=code)
        return whole


def told(body: bytes) -> dict[str, str]:
    text = body.decode("ascii", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, encoding=WIRE, errors="replace"))


def kind_of(code: str) -> str:
    """Return the kind of an error: way of paying (3), kind (2), field (3)."""
    return code[3:5]


def _tag(name: str, value: str) -> str:
    outer, _, inner = name.partition("/")
    return f"<{outer}>{_tag(inner, value) if inner else escape(value)}</{outer}>"


def _parsed(content: bytes) -> ElementTree.Element:
    """Read the XML; the parser itself knows no character set of several bytes, and needs no definitions."""
    try:
        text = content.decode(WIRE)
        if "<!" in text:
            raise OutsideFailure("SBPS: an answer with definitions")
        return ElementTree.fromstring(text.partition("?>")[2].strip() or text)
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise OutsideFailure("SBPS: the answer is no XML") from None


def item_name(title: str) -> str:
    """Return what SBPS shows: at most 40 bytes of Shift_JIS, without what its forms do not take."""
    plain = title.replace("〜", "～").replace("−", "－")
    plain = re.sub(r"[<>&\"'%|,\x00-\x1f]", "", plain)
    raw = plain.encode(WIRE, "ignore")[:_ITEM_NAME]
    return raw.decode(WIRE, "ignore").strip()


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, JAPAN).strftime("%Y%m%d%H%M%S")
