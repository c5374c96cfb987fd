"""The fields of the link type in the order of the documents, and the checksum over them."""

import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

# What the merchant and SBPS both name first: purchase request A01-1, numbers 1 to 20.
_COMMON = (
    "pay_method",
    "merchant_id",
    "service_id",
    "cust_code",
    "sps_cust_no",
    "sps_payment_no",
    "order_id",
    "item_id",
    "pay_item_id",
    "item_name",
    "tax",
    "amount",
    "pay_type",
    "auto_charge_type",
    "service_type",
    "div_settele",
    "last_charge_month",
    "camp_type",
    "tracking_id",
    "terminal_type",
)
_ADDRESSES = ("success_url", "cancel_url", "error_url", "pagecon_url")
_FREE = ("free1", "free2", "free3")
REQUEST = (*_COMMON, *_ADDRESSES, *_FREE, "free_csv", "request_date", "limit_second")
RESULT = (
    *_COMMON,
    *_FREE,
    "request_date",
    "res_pay_method",
    "res_result",
    "res_tracking_id",
    "res_sps_cust_no",
    "res_sps_payment_no",
    "res_payinfo_key",
    "res_payment_date",
    "res_err_code",
    "res_date",
    "limit_second",
)
NEEDED = ("merchant_id", "service_id", "cust_code", "order_id", "item_id", "amount", "pay_type")
LONGEST = {"cust_code": 64, "order_id": 38, "item_id": 32, "item_name": 40, "amount": 7, "tax": 7}
WIRE = "cp932"  # what Shift_JIS means to a Japanese machine


def checksum(values: Iterable[str], hash_key: str, charset: str) -> str:
    """Return SHA-1 over the values without their outer blanks, one after the other, and the key.

    Nothing stands between two values, so `tax=1, amount=300` and `tax=, amount=1300` have the same sum.
    """
    return hashlib.sha1(
        "".join(v.strip() for v in values).encode(charset, "replace") + hash_key.encode()
    ).hexdigest()


def read(body: bytes) -> dict[str, str]:
    """Read a form in Shift_JIS."""
    return dict(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, encoding=WIRE))


def written(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields, encoding=WIRE, errors="replace").encode()
