"""The platform operator, as simulators/cards/README.md §1 describes it."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulators.cards.driver import Cards, digest_of
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from tests.simulators.cards.conftest import BACK, DIGEST, Town

EVERYTHING = ["name", "address", "birthdate", "sex"]


class TestTheWay:
    def test_a_card_signs_and_the_town_fetches_who_it_was(self, town: Town, cards: Cards) -> None:
        begun = town.begin(attributes=EVERYTHING, title="住民票の写し")

        back = cards.hold(begun["handoff_url"], "hanako")
        result = town.result(begun)

        query = parse_qs(urlsplit(back).query)
        assert query == {
            "run": ["1"],
            "state": ["s-1"],
            "outcome": ["done"],
            "verification_id": [begun["verification_id"]],
        }
        assert result["state"] == "verified"
        assert result["attributes"]["name"] == "山田花子"
        assert result["digest"] == digest_of(DIGEST)
        assert result["revocation"]["state"] == "good"

    def test_who_keeps_no_certificate_is_given_none(self, town: Town, cards: Cards) -> None:
        begun = town.begin()
        cards.hold(begun["handoff_url"], "hanako")

        result = town.result(begun)

        assert result["certificate"]["der"] is None
        assert result["certificate"]["chain"] is None
        assert result["signature"]["value"] is None
        assert result["revocation"]["ocsp"] is None

    def test_attributes_are_given_once_and_again_to_who_was_given_them(
        self, town: Town, cards: Cards
    ) -> None:
        begun = town.begin(attributes=["name"])
        cards.hold(begun["handoff_url"], "hanako")

        first = town.result(begun, key="check-1")
        again = town.result(begun, key="check-1")
        somebody_else = town.result(begun, key="check-2")

        assert first["attributes"] == again["attributes"] == {"name": "山田花子"}
        assert somebody_else["attributes"] is None
        assert somebody_else["attributes_given_at"]

    def test_the_same_start_with_the_same_key_is_one_start(self, town: Town) -> None:
        asked = {"purpose": "authenticate", "redirect_uri": BACK, "state": "s"}
        key = {"idempotency-key": "k"}

        first = town.http.post("/v1/verifications", json=asked, headers=key)
        second = town.http.post("/v1/verifications", json=asked, headers=key)
        other = town.http.post("/v1/verifications", json={**asked, "state": "t"}, headers=key)

        assert second.json() == first.json()
        assert other.json()["error"]["code"] == "key_reused"

    def test_a_lost_answer_to_a_start_is_found_again(self, town: Town, cards: Cards) -> None:
        asked = {"purpose": "authenticate", "redirect_uri": BACK, "state": "s"}
        key = {"idempotency-key": "k"}
        cards.faults(http_500_after=True, endpoint="start", count=1)

        lost = town.http.post("/v1/verifications", json=asked, headers=key)
        found = town.http.post("/v1/verifications", json=asked, headers=key)

        assert lost.status_code == 500
        assert found.status_code == 201

    def test_one_person_is_one_person_with_every_card_and_purpose(
        self, town: Town, verifier: Town, cards: Cards
    ) -> None:
        seen = set()
        for purpose, card in (("sign", "phone"), ("sign", "phone-card"), ("authenticate", "phone")):
            begun = town.begin(purpose)
            cards.hold(begun["handoff_url"], card)
            seen.add(town.result(begun)["person_id"])
        begun = verifier.begin()
        cards.hold(begun["handoff_url"], "phone")

        assert len(seen) == 1
        assert verifier.result(begun)["person_id"] not in seen

    def test_authenticating_reads_the_face_of_a_card_and_a_phone_has_none(
        self, town: Town, cards: Cards
    ) -> None:
        results = []
        for card in ("phone-card", "phone"):
            begun = town.begin("authenticate", attributes=["name"])
            cards.hold(begun["handoff_url"], card)
            results.append(town.result(begun))

        assert results[0]["attributes_source"] == "card_face"
        assert results[0]["substitutes"] is None
        assert results[1]["attributes"] is None


class TestEveryCard:
    @pytest.mark.parametrize(
        ("card", "reason"),
        [
            ("moved", "certificate_revoked"),
            ("renewed-old", "certificate_revoked"),
            ("expired", "certificate_expired"),
            ("child", "no_signature_certificate"),
            ("locked", "pin_locked"),
            ("testpolicy", "policy_refused"),
            ("rogue", "issuer_unknown"),
        ],
    )
    def test_a_card_that_cannot_sign_says_why(
        self, card: str, reason: str, town: Town, cards: Cards
    ) -> None:
        begun = town.begin(attributes=EVERYTHING)

        back = cards.hold(begun["handoff_url"], card)
        result = town.result(begun)

        assert "outcome=failed" in back
        assert (result["state"], result["reason"]) == ("failed", reason)
        assert result["attributes"] is None
        assert result["person_id"] is None

    def test_a_moved_person_can_still_log_in(self, town: Town, cards: Cards) -> None:
        begun = town.begin("authenticate")

        cards.hold(begun["handoff_url"], "moved")

        assert town.result(begun)["state"] == "verified"

    def test_the_reason_of_a_revocation_is_said(self, town: Town, cards: Cards) -> None:
        begun = town.begin()

        cards.hold(begun["handoff_url"], "moved")

        assert town.result(begun)["revocation"]["reason"] == "affiliation_changed"

    def test_substitute_characters_are_marked_one_by_one(self, town: Town, cards: Cards) -> None:
        begun = town.begin(attributes=["name", "address"])
        cards.hold(begun["handoff_url"], "kawari")

        result = town.result(begun)

        name, address = result["attributes"]["name"], result["attributes"]["address"]
        assert result["substitutes"]["name"] == "100"
        assert len(result["substitutes"]["name"]) == len(name)
        assert len(result["substitutes"]["address"]) == len(address)
        assert address[result["substitutes"]["address"].index("1")] == "辻"

    def test_five_wrong_pins_lock_a_card_and_a_right_one_begins_anew(
        self, town: Town, cards: Cards
    ) -> None:
        begun = town.begin()
        left = [cards.wrong_pin(begun["handoff_url"], "hanako") for _ in range(4)]

        fifth = cards.hold(begun["handoff_url"], "hanako", pin="WRONG99")

        assert left == [4, 3, 2, 1]
        assert "outcome=failed" in fifth
        assert town.result(begun)["reason"] == "pin_locked"

    @pytest.mark.parametrize(
        ("why", "outcome"), [("cancelled", "cancelled"), ("no_card", "failed")]
    )
    def test_who_has_no_card_comes_back_without(
        self, why: str, outcome: str, town: Town, cards: Cards
    ) -> None:
        begun = town.begin()

        back = cards.gives_up(begun["handoff_url"], why)

        assert f"outcome={outcome}" in back
        assert town.result(begun)["reason"] == why


class TestRevocation:
    @pytest.mark.parametrize("flaw", ["ocsp_unknown", "ocsp_down", "ocsp_forged", "ocsp_stale"])
    def test_what_cannot_be_learnt_is_pending_and_learnt_later(
        self, flaw: str, town: Town, cards: Cards
    ) -> None:
        cards.faults(**{flaw: True})
        begun = town.begin(attributes=["name"])
        cards.hold(begun["handoff_url"], "hanako")

        waiting = town.result(begun)
        cards.faults(reset=True)
        learnt = town.result(begun)

        assert waiting["state"] == "pending"
        assert waiting["attributes"] is None
        assert learnt["state"] == "verified"
        assert learnt["attributes"] == {"name": "山田花子"}

    def test_a_result_stays_and_the_status_check_says_what_became_of_it(
        self, town: Town, cards: Cards
    ) -> None:
        begun = town.begin()
        cards.hold(begun["handoff_url"], "hanako")
        town.result(begun)
        before = town.status(begun, digest=digest_of(DIGEST)).json()

        cards.revoke("hanako", "affiliation_changed")
        after = town.status(begun, digest=digest_of(bytes(32))).json()

        assert (before["state"], before["signature_valid"], before["digest_matches"]) == (
            "good",
            True,
            True,
        )
        assert (after["state"], after["reason"]) == ("revoked", "affiliation_changed")
        assert (after["signature_valid"], after["digest_matches"]) == (False, False)
        assert town.result(begun)["state"] == "verified"

    def test_what_was_not_verified_has_no_status(self, town: Town, cards: Cards) -> None:
        begun = town.begin()

        answer = town.status(begun)

        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "not_verified"


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"digest": None}, "digest_required"),
            ({"digest": {"alg": "sha-256", "value": "AAAA"}}, "invalid_request"),
            ({"digest": {"alg": "md5", "value": "AAAA"}}, "invalid_request"),
            ({"purpose": "authenticate"}, "digest_not_allowed"),
            ({"redirect_uri": "https://elsewhere.example/"}, "redirect_not_registered"),
            ({"redirect_uri": f"{BACK}#here"}, "redirect_not_registered"),
            ({"attributes": ["kana"]}, "invalid_request"),
            ({"state": ""}, "invalid_request"),
            ({"unknown": 1}, "invalid_request"),
        ],
    )
    def test_a_start_that_is_wrong_is_refused(
        self, change: dict[str, object], code: str, town: Town
    ) -> None:
        asked = {
            "purpose": "sign",
            "digest": digest_of(DIGEST),
            "redirect_uri": BACK,
            "state": "s",
            **change,
        }

        answer = town.http.post("/v1/verifications", json=asked)

        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == code

    def test_nobody_is_let_in_without_a_key(self, sim: Running) -> None:
        answer = httpx.get(f"{sim.base}/v1/contract", headers={"authorization": "Bearer other"})

        assert answer.status_code == 401

    def test_a_verification_is_nobody_elses(self, town: Town, verifier: Town) -> None:
        begun = town.begin()

        answer = verifier.http.get(f"/v1/verifications/{begun['verification_id']}/result")

        assert answer.status_code == 404

    def test_nothing_comes_of_a_page_that_nobody_used_in_time(self) -> None:
        with running(Settings(life=0)) as sim:
            headers = {"authorization": f"Bearer {sim.settings.api_key}"}
            with httpx.Client(base_url=sim.base, headers=headers, trust_env=False) as http:
                town = Town(http)
                begun = town.begin()
                Cards(sim.base).hold(begun["handoff_url"], "hanako")

                result = town.result(begun)

        assert result["state"] == "expired"

    def test_a_card_is_held_only_once(self, town: Town, cards: Cards) -> None:
        begun = town.begin()
        cards.hold(begun["handoff_url"], "hanako")
        cards.hold(begun["handoff_url"], "taro")

        certificate = town.result(begun)["person_id"]
        other = town.begin()
        cards.hold(other["handoff_url"], "hanako")

        assert town.result(other)["person_id"] == certificate


class TestFaults:
    def test_trouble_passes(self, town: Town, cards: Cards) -> None:
        cards.faults(maintenance=True, endpoint="start", count=1)
        closed = town.http.post("/v1/verifications", json={})
        cards.faults(rate_limited=True, endpoint="result", count=1)
        begun = town.begin()
        busy = town.http.get(f"/v1/verifications/{begun['verification_id']}/result")

        assert (closed.status_code, closed.headers["retry-after"]) == (503, "30")
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "5")
        assert town.result(begun)["state"] == "begun"

    def test_an_unknown_fault_is_refused(self, cards: Cards) -> None:
        with pytest.raises(AssertionError, match="no such fault"):
            cards.faults(nonsense=True)

    def test_another_state_comes_back(self, town: Town, cards: Cards) -> None:
        cards.faults(state_mismatch=True, count=1)
        begun = town.begin()

        back = cards.hold(begun["handoff_url"], "hanako")

        assert "state=not-s-1" in back

    def test_attributes_can_get_lost(self, town: Town, cards: Cards) -> None:
        cards.faults(forget_attributes=True, count=1)
        begun = town.begin(attributes=["name"])
        cards.hold(begun["handoff_url"], "hanako")

        assert town.result(begun)["attributes"] is None
