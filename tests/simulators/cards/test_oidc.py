"""The provider shaped like デジタル認証アプリ: a client that only reads the README walks it, and is refused."""

import hashlib
import time
from base64 import b64encode
from collections.abc import Iterator

import jwt
import pytest

from simulators.cards.driver import Cards, ClientKeys, digest_of, make_client_keys
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from tests.simulators.cards.client import BACK, Client, query_of
from tests.simulators.cards.conftest import Town, raw

DIGEST = hashlib.sha256(b"an application").digest()


@pytest.fixture(scope="module")
def keys() -> ClientKeys:
    return make_client_keys()


@pytest.fixture
def sim(keys: ClientKeys) -> Iterator[Running]:
    with running(Settings(client_jwks=keys.public, client_redirects=BACK)) as here:
        yield here


@pytest.fixture
def client(sim: Running, keys: ClientKeys) -> Client:
    return Client(sim.base, client_id=sim.settings.client_id, private_jwks=keys.private)


class TestTheWay:
    def test_the_whole_flow_tells_who_it_was(self, client: Client, cards: Cards) -> None:
        back = cards.hold(client.request(), "hanako")

        tokens = client.exchange(back).json()
        claims = client.read_id_token(tokens["id_token"])
        told = client.user_info(tokens["access_token"]).json()

        assert back.startswith(BACK)
        assert query_of(back)["state"] == client.state
        assert claims["nonce"] == client.nonce
        assert claims["acr"] == "aal3"
        assert told == {
            "sub": claims["sub"],
            "name": "山田花子",
            "address": {"formatted": "富山県中新川郡上市町法音寺１番地"},
            "birthdate": "1990-05-14",
            "gender": "female",
        }

    def test_only_what_the_scope_names_is_told(self, client: Client, cards: Cards) -> None:
        back = cards.hold(client.request(scope="openid birthdate"), "hanako")

        told = client.user_info(client.exchange(back).json()["access_token"]).json()

        assert told.keys() == {"sub", "birthdate"}

    def test_a_person_is_the_same_here_and_another_at_the_operators(
        self, client: Client, cards: Cards, sim: Running
    ) -> None:
        subjects = []
        for card in ("renewed", "renewed", "hanako"):
            tokens = client.exchange(cards.hold(client.request(), card)).json()
            subjects.append(client.read_id_token(tokens["id_token"])["sub"])

        assert subjects[0] == subjects[1] != subjects[2]
        assert subjects[0] != sim.world.person_id("provider", sim.world.cards["renewed"].person)

    def test_an_application_is_signed(self, client: Client, cards: Cards) -> None:
        access = client.own_access()
        number = client.begin_signing(DIGEST, access).json()["id"]
        asked = client.request(scope="openid sign", sign_transaction_id=number)
        waiting = client.signed(number, access)

        cards.hold(asked, "hanako")
        signed = client.signed(number, access)
        inside = client.opened(signed["result"])

        assert waiting == {"id": number, "status": "pending"}
        assert signed["status"] == "completed"
        assert inside["digest"] == DIGEST
        assert len(inside["signature"]) == 256

    def test_an_operator_verifies_what_the_app_has_signed(
        self, client: Client, cards: Cards, town: Town
    ) -> None:
        results = []
        for card in ("hanako", "moved"):
            access = client.own_access()
            number = client.begin_signing(DIGEST, access).json()["id"]
            cards.hold(client.request(scope="openid sign", sign_transaction_id=number), card)
            inside = client.opened(client.signed(number, access)["result"])
            answer = town.http.post(
                "/v1/signature-checks",
                json={
                    "digest": digest_of(DIGEST),
                    "signature": b64encode(inside["signature"]).decode(),
                    "certificate": b64encode(inside["certificate"]).decode(),
                    "attributes": ["name"],
                },
            )
            results.append(answer.json())

        assert results[0]["state"] == "verified"
        assert results[0]["attributes"] == {"name": "山田花子"}
        assert raw(results[0]["digest"]["value"]) == DIGEST
        assert (results[1]["state"], results[1]["reason"]) == ("failed", "certificate_revoked")

    @pytest.mark.parametrize(
        ("card", "acr", "reason"),
        [
            ("expired", None, "certificate_expired"),
            ("locked", None, "pin_locked"),
            ("renewed-old", "aal3 crl", "certificate_revoked"),
        ],
    )
    def test_a_card_that_does_not_do_is_said(
        self, card: str, acr: str | None, reason: str, client: Client, cards: Cards
    ) -> None:
        back = query_of(cards.hold(client.request(acr_values=acr), card))

        assert back == {
            "error": "access_denied",
            "error_description": reason,
            "state": client.state,
        }


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"nonce": None}, "invalid_request"),
            ({"scope": "name"}, "invalid_scope"),
            ({"scope": "openid email"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"acr_values": "aal9"}, "invalid_request"),
            ({"scope": "openid sign"}, "invalid_request"),
            ({"sign_transaction_id": "x"}, "invalid_request"),
        ],
    )
    def test_a_request_that_is_wrong_comes_back_with_an_error(
        self, change: dict[str, str | None], error: str, client: Client
    ) -> None:
        answer = client.http.get(client.request(**change))

        back = query_of(answer.headers["location"])
        assert back["error"] == error
        assert back["state"] == client.state
        assert "code" not in back

    @pytest.mark.parametrize(
        "change",
        [
            {"client_id": "somebody-else"},
            {"redirect_uri": "https://elsewhere.example/"},
            {"redirect_uri": f"{BACK}more"},
        ],
    )
    def test_a_stranger_is_sent_nowhere(self, change: dict[str, str], client: Client) -> None:
        answer = client.http.get(client.request(**change))

        assert answer.status_code == 400
        assert "location" not in answer.headers

    @pytest.mark.parametrize(
        "change",
        [
            {"code_verifier": "another-verifier-of-sufficient-length-43-chars-x"},
            {"redirect_uri": "http://localhost:8000/p/other/"},
            {"code": "made-up"},
        ],
    )
    def test_a_code_is_only_for_who_began(
        self, change: dict[str, str], client: Client, cards: Cards
    ) -> None:
        back = cards.hold(client.request(), "hanako")
        form = {
            "grant_type": "authorization_code",
            "code": query_of(back)["code"],
            "redirect_uri": BACK,
            "code_verifier": client.verifier,
            **change,
        }

        answer = client.token(**form)

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")

    def test_a_replayed_code_voids_what_it_gave(self, client: Client, cards: Cards) -> None:
        back = cards.hold(client.request(), "hanako")
        access = client.exchange(back).json()["access_token"]
        before = client.user_info(access).status_code

        again = client.exchange(back)

        assert before == 200
        assert again.json()["error"] == "invalid_grant"
        assert client.user_info(access).status_code == 401

    def test_an_assertion_is_good_once(self, client: Client) -> None:
        assertion = client.assertion()
        form = {"grant_type": "client_credentials", "client_assertion": assertion}

        first, second = client.token(**form), client.token(**form)

        assert first.status_code == 200
        assert (second.status_code, second.json()["error"]) == (401, "invalid_client")

    @pytest.mark.parametrize(
        "change",
        [
            {"exp": int(time.time()) - 60},
            {"exp": int(time.time()) + 3600},
            {"aud": "https://elsewhere.example/token"},
            {"iss": "somebody-else"},
            {"sub": "somebody-else"},
            {"jti": None},
        ],
    )
    def test_an_assertion_that_is_wrong_is_refused(
        self, change: dict[str, object], client: Client
    ) -> None:
        answer = client.token(
            grant_type="client_credentials", client_assertion=client.assertion(**change)
        )

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    def test_another_key_is_not_the_client(self, sim: Running) -> None:
        stranger = Client(
            sim.base,
            client_id=sim.settings.client_id,
            private_jwks=make_client_keys().private,
        )

        answer = stranger.token(grant_type="client_credentials")

        assert answer.status_code == 401

    def test_a_person_s_token_signs_nothing_and_the_client_s_is_nobody(
        self, client: Client, cards: Cards
    ) -> None:
        back = cards.hold(client.request(), "hanako")
        persons = client.exchange(back).json()["access_token"]

        assert client.begin_signing(DIGEST, persons).status_code == 403
        assert client.user_info(client.own_access()).status_code == 403

    def test_only_a_sha_256_is_signed(self, client: Client) -> None:
        assert client.begin_signing(b"short", client.own_access()).status_code == 400

    def test_id_tokens_can_be_made_unbelievable(self, client: Client, cards: Cards) -> None:
        cards.faults(wrong_signature=True, endpoint="token", count=1)
        forged = client.exchange(cards.hold(client.request(), "hanako")).json()["id_token"]
        cards.faults(wrong_nonce=True, endpoint="token", count=1)
        replayed = client.exchange(cards.hold(client.request(), "hanako")).json()["id_token"]

        with pytest.raises(jwt.InvalidSignatureError):
            client.read_id_token(forged)
        assert client.read_id_token(replayed)["nonce"] != client.nonce
