"""SBPS, played: golden values from public documents, the form, the CGI, and the XML."""

import base64
from xml.etree import ElementTree

import httpx
import pytest

from simulators.payments.driver import Desk, Payer
from simulators.payments.sbps.fields import REQUEST, RESULT, checksum, read
from simulators.payments.server import Running
from tests.simulators.payments.conftest import Merchant

# A result that SBPS's test site really sent (2015), public in the examples of the Ruby library
# sbpayment.rb with the test key: in any order, in Shift_JIS, hashed in UTF-8, in capitals.
REAL_RESULT = (
    "res_payinfo_key=&service_id=001&auto_charge_type=0&free1=&cust_code=498b1fd98ebeb074ff1d50f2e2720a1a"
    "&div_settele=0&free3=&res_sps_payment_no=&service_type=0&free2="
    "&sps_hashcode=BE33A23EC4B61A34545E0A485D0897E33383F4DE&order_id=9eb2fced282c5bfc67c2417217ca2682"
    "&camp_type=&res_date=20150807161021&amount=980&res_err_code=&last_charge_month=&limit_second=600"
    "&pay_type=2&res_payment_date=20150807161021&merchant_id=19788&tracking_id="
    "&res_tracking_id=80312789324671&request_date=20150807161004&pay_item_id=&res_pay_method="
    "&terminal_type=0&res_sps_cust_no=&pay_method=&tax=&item_name=%8Cp%91%B1%89%DB%8B%E0"
    "&sps_payment_no=&res_result=OK&item_id=Item+ID&sps_cust_no="
)
TEST_KEY = "398a58952baf329cac5efbae97ea84ba17028d02"
# Requests of the API type that the test site answered with OK (2017), from the same library's recordings.
REAL_API = [
    (
        ["30132", "002", "B30132002ST010011110100361052482", "00000616307348", "2", "1", "0", "20171127193715"],
        "02d5ceb1d96873141cb7e288e100643a10053d3b",
    ),
    (
        ["30132", "002", "B30132002ST010011110100361052482", "00000616307348", "20171127193708", "20171127193715"],
        "0e940d0ce390f956a5b078d4a9c5d7e49d41ce8a",
    ),
]  # fmt: skip
API_KEY = "8435dbd48f2249807ec216c3d5ecab714264cc4a"


class TestGoldenValues:
    def test_a_real_result_is_hashed_in_the_order_of_the_documents_and_in_utf_8(self) -> None:
        fields = read(REAL_RESULT.encode())

        in_utf_8 = checksum((fields[name] for name in RESULT), TEST_KEY, "utf-8")
        in_shift_jis = checksum((fields[name] for name in RESULT), TEST_KEY, "cp932")

        assert fields["item_name"] == "継続課金"
        assert in_utf_8.upper() == fields["sps_hashcode"]
        assert in_shift_jis.upper() != fields["sps_hashcode"]

    @pytest.mark.parametrize(("values", "expected"), REAL_API)
    def test_real_requests_of_the_api_type(self, values: list[str], expected: str) -> None:
        assert checksum(values, API_KEY, "cp932") == expected

    def test_the_fields_stand_in_the_order_of_the_documents(self) -> None:
        assert (REQUEST.index("pay_method"), REQUEST.index("order_id")) == (0, 6)
        assert REQUEST[19:24] == (
            "terminal_type",
            "success_url",
            "cancel_url",
            "error_url",
            "pagecon_url",
        )
        assert REQUEST[-3:] == ("free_csv", "request_date", "limit_second")
        assert (len(REQUEST), len(RESULT)) == (30, 34)
        assert RESULT[23:] == (
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

    def test_the_checksum_does_not_see_where_one_field_ends(self) -> None:
        """Why a product compares order and amount with its own row, whatever the checksum says."""
        honest = checksum(["", "1300"], "key", "utf-8")

        assert checksum(["1", "300"], "key", "utf-8") == honest


def form(sim: Running, merchant: Merchant, **changed: str) -> dict[str, str]:
    settings = sim.settings
    fields = dict.fromkeys(REQUEST, "") | {
        "pay_method": "credit,paypay",
        "merchant_id": settings.sbps_merchant_id,
        "service_id": settings.sbps_service_id,
        "cust_code": "payer1",
        "order_id": "ref1",
        "item_id": "fee",
        "item_name": "住民票の写し",
        "amount": "300",
        "pay_type": "0",
        "success_url": "http://town.example/back",
        "cancel_url": "http://town.example/back?cancelled",
        "error_url": "http://town.example/back?error",
        "pagecon_url": f"{merchant.url}/sbps",
        "request_date": sim.world.now().strftime("%Y%m%d%H%M%S"),
        "limit_second": "600",
    }
    fields |= changed
    values = (fields[name] for name in REQUEST)
    return {
        **fields,
        "sps_hashcode": checksum(values, settings.sbps_hash_key, settings.sbps_hash_charset),
    }


def post(payer: Payer, sim: Running, fields: dict[str, str]) -> Payer:
    return payer.posts(f"{sim.base}/f01/FepBuyInfoReceive.do", fields, "shift_jis")


class TestTheForm:
    def test_leads_to_a_page_and_the_result_to_the_merchant_and_back(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        post(payer, sim, form(sim, merchant))
        assert "住民票の写し" in payer.words

        back = payer.pays("credit")

        told = read(merchant.wait(1)[0].body)
        values = (told[name] for name in RESULT)
        assert told["sps_hashcode"] == checksum(values, sim.settings.sbps_hash_key, "utf-8").upper()
        assert (told["order_id"], told["amount"], told["res_result"]) == ("ref1", "300", "OK")
        assert list(told) != [*RESULT, "sps_hashcode"]  # in any order
        assert back is not None
        assert (back.url, back.method) == ("http://town.example/back", "POST")
        assert read(back.body)["res_tracking_id"] == told["res_tracking_id"]
        assert desk.moved("ref1") == [("capture", 300)]

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"amount": "301"}, "チェックサムが違います"),
            ({"sps_hashcode": "0" * 40}, "utf-8"),
            ({"merchant_id": "99999"}, "マーチャントID"),
            ({"amount": ""}, "空です"),
        ],
    )
    def test_is_refused_when_it_was_changed_on_the_way(
        self, sim: Running, payer: Payer, merchant: Merchant, changed: dict[str, str], words: str
    ) -> None:
        post(payer, sim, form(sim, merchant) | changed)

        assert payer.status == 400
        assert words in payer.words

    def test_needs_every_field_even_an_empty_one(
        self, sim: Running, payer: Payer, merchant: Merchant
    ) -> None:
        fields = form(sim, merchant)
        del fields["free_csv"]

        assert "free_csv" in post(payer, sim, fields).words

    def test_is_good_for_so_many_seconds(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        fields = form(sim, merchant, limit_second="60")

        desk.advance(61)

        assert "60秒" in post(payer, sim, fields).words

    def test_pays_an_order_once(self, sim: Running, payer: Payer, merchant: Merchant) -> None:
        fields = form(sim, merchant)
        post(payer, sim, fields).pays()

        assert "すでに使われています" in post(payer, sim, fields).words

    def test_can_be_given_up(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        back = post(payer, sim, form(sim, merchant)).gives_up()

        assert back is not None
        assert back.url.endswith("?cancelled")
        assert desk.moved("ref1") == []


class TestTheCgi:
    def test_is_asked_again_until_it_answers_in_the_grammar(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        merchant.answers += [b"", b"maybe", b"OK,"]

        post(payer, sim, form(sim, merchant)).pays()

        assert len(merchant.wait(3)) == 3
        assert desk.moved("ref1") == [("capture", 300)]

    def test_gives_the_payment_up_when_it_says_no(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        merchant.answers += [b"NG,amount"]

        back = post(payer, sim, form(sim, merchant)).pays()

        assert back is not None
        assert back.url.endswith("?error")
        assert desk.moved("ref1") == []

    def test_may_be_lost_while_the_payment_is_good(
        self, sim: Running, payer: Payer, merchant: Merchant, desk: Desk
    ) -> None:
        desk.faults(endpoint="sbps/cgi", count=1, drop=True)

        post(payer, sim, form(sim, merchant)).pays()

        assert merchant.heard == []
        assert desk.moved("ref1") == [("capture", 300)]


class TestTheApi:
    def ask(
        self, sim: Running, function: str, tracking: str, amount: str = "", *, password: str = ""
    ) -> ElementTree.Element:
        settings = sim.settings
        at = sim.world.now().strftime("%Y%m%d%H%M%S")
        values = [settings.sbps_merchant_id, settings.sbps_service_id, tracking]
        inside = (
            f"<merchant_id>{values[0]}</merchant_id><service_id>{values[1]}</service_id>"
            f"<tracking_id>{tracking}</tracking_id>"
        )
        if amount:
            inside += f"<processing_datetime>{at}</processing_datetime><pay_option_manage><amount>{amount}</amount></pay_option_manage>"
            values += [at, amount]
        inside += f"<request_date>{at}</request_date>"
        values += [at]
        inside += (
            f"<sps_hashcode>{checksum(values, settings.sbps_hash_key, 'cp932')}</sps_hashcode>"
        )
        pair = f"{settings.sbps_api_user}:{password or settings.sbps_api_password}"
        answer = httpx.post(
            f"{sim.base}/api/xmlapi.do",
            content=f'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-request id="{function}">{inside}</sps-api-request>'.encode(
                "cp932"
            ),
            headers={"authorization": "Basic " + base64.b64encode(pair.encode()).decode()},
            trust_env=False,
        )
        if answer.status_code != 200:
            return ElementTree.Element(str(answer.status_code))
        _, _, content = answer.content.decode("cp932").partition("?>")
        return ElementTree.fromstring(content)

    @pytest.fixture
    def tracking(self, sim: Running, payer: Payer, merchant: Merchant) -> str:
        post(payer, sim, form(sim, merchant)).pays("credit")
        return read(merchant.wait(1)[0].body)["res_tracking_id"]

    def test_says_how_a_payment_stands_and_no_amount(self, sim: Running, tracking: str) -> None:
        answer = self.ask(sim, "MG01-00101-101", tracking)

        assert answer.findtext("res_result") == "OK"
        assert answer.findtext("res_pay_method_info/payment_status") == "2"
        assert answer.find(".//amount") is None

    def test_knows_the_way_of_paying_by_its_number(self, sim: Running, tracking: str) -> None:
        answer = self.ask(sim, "MG01-00101-311", tracking)

        assert answer.findtext("res_err_code") == "31112013"

    def test_gives_a_part_back_but_never_more_than_is_left(
        self, sim: Running, tracking: str, desk: Desk
    ) -> None:
        first = self.ask(sim, "ST02-00307-101", tracking, "100")
        second = self.ask(sim, "ST02-00307-101", tracking, "201")

        assert (first.findtext("res_result"), second.findtext("res_result")) == ("OK", "NG")
        assert desk.moved("ref1") == [("capture", 300), ("refund", -100)]

    def test_asks_for_the_password(self, sim: Running, tracking: str) -> None:
        assert self.ask(sim, "MG01-00101-101", tracking, password="wrong").tag == "401"


def test_the_settlement_file_is_in_shift_jis(
    sim: Running, payer: Payer, merchant: Merchant, desk: Desk
) -> None:
    post(payer, sim, form(sim, merchant)).pays()

    rows = desk.settlement("sbps").decode("cp932").splitlines()

    assert rows[0].startswith("マーチャントID,サービスID,トラッキングID,購入ID")
    assert ",ref1,credit,売上," in rows[1]
