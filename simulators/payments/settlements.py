"""The daily files of the three providers, in their columns and their character sets."""

import csv
import io
from datetime import date

from simulators.payments.world import Movement, World

FEE_PERMILLE = {"stripe": 36, "paypay": 16, "sbps": 32}

_STRIPE = [
    "balance_transaction_id", "created_utc", "created", "available_on_utc", "currency", "gross", "fee",
    "net", "reporting_category", "source_id", "description", "charge_id", "payment_intent_id",
    "payment_method_type", "payment_metadata[merchant_ref]",
]  # fmt: skip
_PAYPAY = [
    "取引番号", "加盟店ID", "屋号", "店舗ID", "店舗名", "端末番号/PosID", "取引ステータス", "取引日時",
    "取引金額", "レシート番号", "支払い方法", "支払い詳細項目", "取引確定期限", "加盟店決済ID",
]  # fmt: skip
_SBPS = [
    "マーチャントID", "サービスID", "トラッキングID", "購入ID", "決済手段", "処理区分", "処理日時",
    "金額", "手数料", "顧客ID",
]  # fmt: skip


def file(world: World, provider: str, day: date) -> bytes:
    """Write what moved at one provider on one day in Japan."""
    moved = [one for one in world.movements if one.provider == provider and one.at.date() == day]
    header, row, charset = {
        "stripe": (_STRIPE, _stripe, "utf-8"),
        "paypay": (_PAYPAY, _paypay, "utf-8-sig"),
        "sbps": (_SBPS, _sbps, "cp932"),
    }[provider]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(row(world, one) for one in moved)
    return out.getvalue().encode(charset)


def _fee(one: Movement) -> int:
    return max(0, one.amount) * FEE_PERMILLE[one.provider] // 1000


def _stripe(world: World, one: Movement) -> list[object]:
    category = {
        "capture": "charge",
        "refund": "refund",
        "chargeback": "dispute",
        "regained": "dispute_reversal",
    }[one.kind]
    utc = one.at.astimezone(None).utctimetuple()
    at = f"{utc.tm_year}-{utc.tm_mon:02}-{utc.tm_mday:02} {utc.tm_hour:02}:{utc.tm_min:02}:{utc.tm_sec:02}"
    return [
        "txn_" + one.txn.partition("_")[2], at, f"{one.at:%Y-%m-%d %H:%M:%S}", at, one.currency, one.amount,
        _fee(one), one.amount - _fee(one), category, one.txn, "", one.txn if one.kind == "capture" else "",
        one.payment_id, one.method, one.merchant_ref,
    ]  # fmt: skip


def _paypay(world: World, one: Movement) -> list[object]:
    status = {"capture": "取引完了", "refund": "返金完了", "chargeback": "返金完了"}[one.kind]
    return [
        one.payment_id, world.settings.paypay_merchant_id, world.settings.merchant_name, "", "", "", status,
        f"{one.at:%Y/%m/%d %H:%M:%S}", one.amount, "", "PayPay(残高)", "", "", one.merchant_ref,
    ]  # fmt: skip


def _sbps(world: World, one: Movement) -> list[object]:
    kind = {"capture": "売上", "refund": "返金", "chargeback": "チャージバック"}[one.kind]
    return [
        world.settings.sbps_merchant_id, world.settings.sbps_service_id, one.payment_id, one.merchant_ref,
        one.method, kind, f"{one.at:%Y/%m/%d %H:%M:%S}", one.amount, _fee(one), "",
    ]  # fmt: skip
