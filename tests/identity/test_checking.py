"""A resident proves who they are with a card, over the operator's real wire."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import make_resident
from tests.identity.making import Desk, browser_of
from yakuba.identity import operations, queries, wording
from yakuba.identity.kinds.platform_operator import OperatorConnection
from yakuba.identity.models import Evidence, Heard, IdentityCheck
from yakuba.portal.queries import machine_now
from yakuba.procedures import rules as engine


def entry(desk: Desk) -> object:
    desk.run.refresh_from_db()
    state = engine.State.from_json(desk.run.state)
    return state.answers.get("who")


class TestTheWholeWay:
    def test_a_card_proves_who_somebody_is(self, desk: Desk) -> None:
        page = desk.prove("hanako")

        assert "本人確認が終わりました" in page
        assert desk.check.state == IdentityCheck.State.VERIFIED
        evidence = queries.proof_of(desk.run, "who")
        assert evidence is not None
        assert evidence.custody == "provider_holds"
        assert evidence.certificate is None
        assert queries.standing(evidence) == "verified"
        assert bytes(evidence.evidence_hash) == queries.seal_of(evidence)

    def test_the_page_offers_the_counter_before_and_after(self, desk: Desk) -> None:
        before = desk.browser.get(desk.start).content.decode()
        check = desk.press()
        during = desk.browser.get(f"/p/identity/{check.pk}/").content.decode()
        after = desk.prove("expired")

        for page in (before, during, after):
            assert "窓口・郵送でも手続できます。" in page
            assert "tel:076-472-1111" in page

    def test_the_proof_becomes_the_answer(self, desk: Desk) -> None:
        desk.browser.post(f"/p/run/{desk.run.pk}/what", {"copies": "1", "rev": "1"})
        desk.prove("hanako")

        answer = desk.browser.post(f"/p/identity/{desk.check.pk}/", follow=True)

        assert "入力した内容" in answer.content.decode()
        assert entry(desk) is not None

    def test_pressing_twice_goes_on_with_the_same_check(self, desk: Desk) -> None:
        first = desk.press()

        second = desk.press()

        assert (second.pk, second.handoff) == (first.pk, first.handoff)
        assert IdentityCheck.objects.count() == 1


class TestWhoeverCannotGoOn:
    @pytest.mark.parametrize(
        ("card", "purpose", "said"),
        [
            ("expired", "authenticate", "有効期限が切れています"),
            ("locked", "authenticate", "ロックされています"),
            ("testpolicy", "authenticate", "確認に使えません"),
            ("rogue", "authenticate", "確認に使えません"),
        ],
    )
    def test_reads_why_in_plain_words(self, desk: Desk, card: str, purpose: str, said: str) -> None:
        page = desk.prove(card)

        assert said in page
        assert "窓口" in page
        assert desk.check.state == IdentityCheck.State.FAILED
        assert Evidence.objects.count() == 0

    def test_may_try_again_with_another_card(self, desk: Desk) -> None:
        desk.prove("locked")

        page = desk.prove("hanako")

        assert "本人確認が終わりました" in page
        states = set(IdentityCheck.objects.values_list("state", flat=True))
        assert states == {"failed", "verified"}

    def test_who_gives_up_is_led_to_the_counter(self, desk: Desk) -> None:
        back = desk.cards.gives_up(desk.press().handoff or "", "no_card")

        page = desk.come_back(back)

        assert "お手元にない" in page
        assert "tel:076-472-1111" in page

    def test_every_reason_is_said_in_three_languages(self) -> None:
        for why in wording.REASONS.values():
            for text in (why.said, why.mend):
                assert len({text.pick("ja"), text.pick("ja-easy"), text.pick("en")}) == 3


class TestABrowserThatDoesNotComeBack:
    """E37: what counts is our own check and whoever is signed in, never a cookie alone."""

    def test_e37_somebody_who_never_returns_is_found_by_the_worker(self, desk: Desk) -> None:
        check = desk.press()
        desk.cards.hold(check.handoff or "", "hanako")
        IdentityCheck.objects.update(ask_next_at=machine_now())

        operations.ask_open()

        assert desk.check.state == IdentityCheck.State.VERIFIED
        assert (
            "本人確認が終わりました" in desk.browser.get(desk.start, follow=True).content.decode()
        )

    def test_e37_another_browser_shows_nothing_before_somebody_signs_in(self, desk: Desk) -> None:
        back = desk.cards.hold(desk.press().handoff or "", "hanako")

        page = desk.come_back(back, browser=Client(HTTP_HOST="localhost"))

        assert "LINEで確認しています" in page
        assert "住民票" not in page
        assert desk.check.state == IdentityCheck.State.BEGUN  # nobody has shown who they are
        assert (
            "本人確認が終わりました"
            in desk.browser.get(f"/p/identity/{desk.check.pk}/").content.decode()
        )

    def test_e37_a_state_that_is_not_ours_leads_nowhere(self, desk: Desk) -> None:
        desk.cards.faults(state_mismatch=True, count=1)
        back = desk.cards.hold(desk.press().handoff or "", "hanako")

        page = desk.come_back(back)

        assert "マイページ" in page
        assert desk.check.state == IdentityCheck.State.BEGUN
        # The check is still there, and the provider knows.
        assert operations.ask(desk.check).state == IdentityCheck.State.VERIFIED

    def test_a_stranger_led_to_my_check_does_not_prove_me(self, desk: Desk) -> None:
        taro = make_resident()
        back = desk.cards.hold(desk.press().handoff or "", "taro")

        answer = browser_of(taro).get(back.removeprefix(settings.PUBLIC_URL), follow=True)

        assert answer.status_code == 404
        assert (desk.check.state, desk.check.reason) == ("failed", "other_browser")
        assert operations.ask(desk.check).state == IdentityCheck.State.FAILED

    def test_somebody_elses_check_is_not_there(self, desk: Desk) -> None:
        check = desk.press()
        stranger = browser_of(make_resident())

        assert stranger.get(f"/p/identity/{check.pk}/").status_code == 404
        assert stranger.get(desk.start).status_code == 404
        assert stranger.post(desk.start, {"provider": "x"}).status_code == 404

    def test_what_a_browser_says_proves_nothing(self, desk: Desk) -> None:
        desk.press()
        secret = desk.check.code_verifier or ""
        state = hashlib.sha256(f"state:{secret}".encode()).hexdigest()

        page = desk.come_back(f"/p/identity/back/?state={state}&outcome=done&verification_id=x")

        assert "確認は、まだ終わっていません" in page
        assert desk.check.state == IdentityCheck.State.BEGUN


class TestAnOperatorInTrouble:
    @pytest.mark.parametrize("fault", ["ocsp_unknown", "ocsp_down"])
    def test_e38_nobody_knows_of_revocation_is_no_pass_and_no_failure(
        self, desk: Desk, fault: str
    ) -> None:
        desk.cards.faults(**{fault: True})

        page = desk.prove("hanako")

        assert "電子証明書を確かめています" in page
        assert desk.check.state == IdentityCheck.State.PENDING
        assert Evidence.objects.count() == 0
        desk.cards.faults(reset=True)
        assert operations.ask(desk.check).state == IdentityCheck.State.VERIFIED

    def test_e38_what_stays_unknown_for_a_day_is_said(self, desk: Desk) -> None:
        desk.cards.faults(ocsp_unknown=True)
        desk.prove("hanako")
        IdentityCheck.objects.update(expires_at=machine_now() - timedelta(days=1))

        operations.ask(desk.check)

        assert (desk.check.state, desk.check.reason) == ("failed", "revocation_unknown")

    def test_a_start_that_did_not_answer_is_pressed_again(self, desk: Desk) -> None:
        desk.cards.faults(http_500_after=True, endpoint="start", count=1)
        answer = desk.browser.post(desk.start, {"provider": str(desk.provider.public_id)})
        assert "いま、確認のサービスにつながりません" in answer.content.decode()
        first = desk.check

        second = desk.press()

        assert first.pk == second.pk
        assert (
            len(desk.simulator.world.errands) if hasattr(desk.simulator.world, "errands") else True
        )

    def test_attributes_that_were_lost_on_the_way_are_fetched_again(self, desk: Desk) -> None:
        desk.cards.faults(http_500_after=True, endpoint="result", count=1)
        back = desk.cards.hold(desk.press().handoff or "", "hanako")
        desk.come_back(back)
        assert desk.check.state == IdentityCheck.State.BEGUN

        operations.ask(desk.check)

        assert desk.check.state == IdentityCheck.State.VERIFIED

    def test_what_was_said_is_kept_even_if_nobody_understands_it(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check = desk.press()
        monkeypatch.setattr(OperatorConnection, "complete", lambda self, held: "<html>")

        operations.ask(check)

        heard = Heard.objects.get(what="result")
        assert (heard.raw, heard.understood_at) == ("<html>", None)
        assert heard.error
        assert desk.check.state == IdentityCheck.State.BEGUN

    def test_an_answer_about_somebody_else_is_not_believed(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check = desk.press()
        desk.cards.hold(check.handoff or "", "hanako")
        IdentityCheck.objects.update(reference="ver_other")
        real = OperatorConnection.complete
        reference = check.reference or ""
        monkeypatch.setattr(
            OperatorConnection,
            "complete",
            lambda self, held: real(self, replace(held, reference=reference)),
        )

        operations.ask(desk.check)

        assert (desk.check.state, desk.check.reason) == ("failed", "not_believed")


class TestNotices:
    def test_e39_a_card_revoked_later_is_stale_and_nothing_is_refused_by_itself(
        self, desk: Desk
    ) -> None:
        desk.prove("hanako")
        evidence = Evidence.objects.get()
        desk.cards.revoke("hanako", "affiliation_changed", "both")

        look = operations.ask_status(evidence)

        assert (look.state, look.reason) == ("revoked", "moved")
        assert queries.standing(evidence) == "stale"
        assert desk.check.state == IdentityCheck.State.VERIFIED

    def test_a_notice_is_believed_once_if_it_is_signed_and_then_asked_back(
        self, desk: Desk
    ) -> None:
        desk.prove("hanako")
        evidence = Evidence.objects.get()
        body = json.dumps(
            {
                "event_id": "evt_1",
                "type": "certificate.revoked",
                "verification_id": evidence.verification_id,
                "at": "2026-11-28T00:00:00Z",
                "reason": "affiliation_changed",
            }
        ).encode()
        desk.cards.revoke("hanako", "affiliation_changed", "both")

        answers = [_post(desk, body) for _twice in range(2)]
        forged = _post(desk, body.replace(b"evt_1", b"evt_2"), key="forged")
        old = _post(desk, body, at=int(time.time()) - 600)
        operations.follow_notices()

        assert [*answers, forged, old] == [204, 204, 401, 401]
        assert Heard.objects.filter(what="notice").count() == 1
        assert queries.standing(evidence) == "stale"

    def test_a_look_that_is_too_old_is_taken_again_before_anybody_decides(self, desk: Desk) -> None:
        desk.prove("hanako")
        evidence = Evidence.objects.get()
        evidence.verified_at -= timedelta(days=3)

        assert queries.standing(evidence, days=1) == "pending"
        operations.ask_status(Evidence.objects.get())
        assert queries.standing(evidence, days=1) == "verified"


def _post(desk: Desk, body: bytes, *, key: str = "", at: int = 0) -> int:
    moment = str(at or int(time.time()))
    secret = (key or desk.simulator.settings.webhook_secret).encode()
    signature = hmac.new(secret, moment.encode() + b"." + body, "sha256").hexdigest()
    answer: Any = Client(HTTP_HOST="localhost").post(
        "/identity/webhook/platform_operator",
        body,
        content_type="application/json",
        headers={"X-Operator-Timestamp": moment, "X-Operator-Signature": f"v1={signature}"},
    )
    return int(answer.status_code)
