"""Stripe, played: the vendor's own SDK cannot tell, and what it promises holds."""

import time

import pytest
import stripe

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running
from tests.simulators.payments.conftest import Merchant


@pytest.fixture
def client(sim: Running) -> stripe.StripeClient:
    return stripe.StripeClient(
        sim.settings.stripe_secret_key, base_addresses={"api": sim.base}, max_network_retries=0
    )


def make_session(
    client: stripe.StripeClient, key: str = "attempt-1", amount: int = 300, **more: object
) -> stripe.checkout.Session:
    asked: dict[str, object] = {
        "mode": "payment",
        "client_reference_id": "ref1",
        "success_url": "http://town.example/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://town.example/cancelled",
        "line_items": [
            {
                "price_data": {
                    "currency": "jpy",
                    "unit_amount": amount,
                    "product_data": {"name": "住民票の写し"},
                },
                "quantity": 1,
            }
        ],
        "payment_method_types": ["card", "konbini"],
        "metadata": {"merchant_ref": "ref1"},
        **more,
    }
    return client.v1.checkout.sessions.create(asked, {"idempotency_key": key})  # type: ignore[arg-type]


class TestTheVendorsSdk:
    def test_makes_a_session_that_a_payer_can_pay(
        self, client: stripe.StripeClient, payer: Payer, desk: Desk
    ) -> None:
        session = make_session(client)
        assert (session.status, session.payment_status) == ("open", "unpaid")
        assert session.url is not None

        back = payer.opens(session.url).pays("card")

        assert back is not None
        assert back.url == f"http://town.example/back?session={session.id}"
        paid = client.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent.latest_charge"]}
        )
        assert (paid.status, paid.payment_status, paid.amount_total) == ("complete", "paid", 300)
        assert desk.moved("ref1") == [("capture", 300)]

    def test_verifies_the_webhook_and_refuses_one_that_is_old_or_forged(
        self,
        client: stripe.StripeClient,
        payer: Payer,
        desk: Desk,
        merchant: Merchant,
        sim: Running,
    ) -> None:
        desk.faults(endpoint="stripe/webhook", count=1, old_timestamp=400)
        secret = sim.settings.stripe_webhook_secret

        payer.opens(make_session(client).url or "").pays()
        heard = merchant.wait(3)

        def read(place: int, key: str = secret) -> stripe.Event:
            one = heard[place]
            return stripe.Webhook.construct_event(  # type: ignore[no-any-return]
                one.body, one.headers["stripe-signature"], key
            )

        good, refused = [], 0
        for place in range(3):
            try:
                good.append(read(place))
            except stripe.SignatureVerificationError:
                refused += 1
        assert refused == 1
        assert len(good) == 2
        with pytest.raises(stripe.SignatureVerificationError):
            read(0, "whsec_another")

    def test_refuses_a_wrong_key(self, sim: Running) -> None:
        stranger = stripe.StripeClient("sk_test_stranger", base_addresses={"api": sim.base})

        with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
            stranger.v1.accounts.retrieve_current()

    def test_gives_a_part_back_and_then_the_rest_but_no_more(
        self, client: stripe.StripeClient, payer: Payer, desk: Desk
    ) -> None:
        session = make_session(client)
        payer.opens(session.url or "").pays()
        paid = client.v1.checkout.sessions.retrieve(session.id)
        intent = str(paid.payment_intent)

        client.v1.refunds.create({"payment_intent": intent, "amount": 100})
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            client.v1.refunds.create({"payment_intent": intent, "amount": 201})
        client.v1.refunds.create({"payment_intent": intent})
        with pytest.raises(stripe.InvalidRequestError) as again:
            client.v1.refunds.create({"payment_intent": intent})

        assert again.value.code == "charge_already_refunded"
        assert desk.moved("ref1") == [("capture", 300), ("refund", -100), ("refund", -200)]
        assert len(client.v1.refunds.list({"payment_intent": intent}).data) == 2


class TestIdempotency:
    def test_the_same_key_gives_the_same_session(self, client: stripe.StripeClient) -> None:
        first, second = make_session(client), make_session(client)

        assert first.id == second.id

    def test_the_same_key_with_another_amount_is_an_error(
        self, client: stripe.StripeClient
    ) -> None:
        make_session(client)

        with pytest.raises(stripe.IdempotencyError):
            make_session(client, amount=301)

    def test_a_key_is_forgotten_after_a_day(self, client: stripe.StripeClient, desk: Desk) -> None:
        first = make_session(client)
        desk.advance(24 * 3600 + 1)

        assert make_session(client).id != first.id

    def test_a_session_made_before_an_error_500_is_found_with_its_key(
        self, client: stripe.StripeClient, desk: Desk
    ) -> None:
        desk.faults(endpoint="stripe/sessions.create", count=1, http_500_after_commit=True)
        with pytest.raises(stripe.APIError):
            make_session(client)

        again = make_session(client)

        assert [one.id for one in client.v1.checkout.sessions.list().data] == [again.id]


class TestTime:
    def test_a_page_lives_for_half_an_hour_to_a_day(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
            make_session(client, expires_at=int(time.time()) + 60)

    def test_an_expired_page_cannot_be_paid_unless_a_fault_says_so(
        self, client: stripe.StripeClient, payer: Payer, desk: Desk
    ) -> None:
        session = make_session(client)
        url = session.url or ""
        desk.advance(24 * 3600 + 1)
        assert "期限が過ぎました" in payer.opens(url).words

        desk.faults(endpoint="stripe", paid_after_expiry=True)
        payer.opens(url).pays()

        assert desk.moved("ref1") == [("capture", 300)]

    def test_a_page_that_the_merchant_ended_is_over(
        self, client: stripe.StripeClient, payer: Payer
    ) -> None:
        session = make_session(client)

        client.v1.checkout.sessions.expire(session.id)

        assert payer.opens(session.url or "").status == 410
        with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
            client.v1.checkout.sessions.expire(session.id)


class TestKonbini:
    def test_is_complete_but_unpaid_until_somebody_goes_to_the_shop(
        self, client: stripe.StripeClient, payer: Payer, desk: Desk, merchant: Merchant
    ) -> None:
        session = make_session(client)
        payer.opens(session.url or "").pays("konbini")
        assert "3日以内" in payer.words
        waiting = client.v1.checkout.sessions.retrieve(session.id)
        assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
        assert desk.moved("ref1") == []

        desk.konbini("ref1", paid=True)

        told = merchant.events("checkout.session.async_payment_succeeded")
        assert told[0]["data"]["object"]["payment_status"] == "paid"
        assert desk.moved("ref1") == [("capture", 300)]

    def test_lapses_when_nobody_goes(
        self, client: stripe.StripeClient, payer: Payer, desk: Desk, merchant: Merchant
    ) -> None:
        payer.opens(make_session(client).url or "").pays("konbini")

        desk.konbini("ref1", paid=False)

        merchant.events("checkout.session.async_payment_failed")
        assert desk.moved("ref1") == []


def test_a_declined_card_leaves_the_payer_on_the_page(
    client: stripe.StripeClient, payer: Payer, desk: Desk
) -> None:
    payer.opens(make_session(client).url or "")

    assert payer.pays("card", number="4000 0000 0000 0002") is None

    assert "使えませんでした" in payer.words
    assert desk.moved("ref1") == []
    assert payer.pays("card") is not None


def test_a_chargeback_is_told_and_listed(
    client: stripe.StripeClient, payer: Payer, desk: Desk, merchant: Merchant
) -> None:
    session = make_session(client)
    payer.opens(session.url or "").pays()

    desk.charge_back("ref1")

    told = merchant.events("charge.dispute.created")[0]["data"]["object"]
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    listed = client.v1.disputes.list({"payment_intent": str(intent)}).data
    assert told["amount"] == 300
    assert [one.id for one in listed] == [told["id"]]


def test_a_message_is_brought_again_until_it_is_taken(
    client: stripe.StripeClient, payer: Payer, merchant: Merchant
) -> None:
    merchant.statuses += [500, 500]

    payer.opens(make_session(client).url or "").pays()

    told = merchant.events("checkout.session.completed", 1)
    heard = merchant.wait(5)
    assert len({one.json["id"] for one in heard}) == 3
    assert told


def test_the_settlement_file_names_the_payment(
    client: stripe.StripeClient, payer: Payer, desk: Desk
) -> None:
    payer.opens(make_session(client).url or "").pays()

    rows = desk.settlement("stripe").decode().splitlines()

    assert rows[0].startswith("balance_transaction_id,created_utc")
    assert ",jpy,300,10,290,charge,ch_" in rows[1]
    assert rows[1].endswith(",card,ref1")
