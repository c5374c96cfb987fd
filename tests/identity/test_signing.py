"""What is signed is the frozen run: changed afterwards, it has to be signed again; unchanged, it is handed in."""

import pytest

from simulators.cards.driver import Cards
from simulators.cards.server import Running
from tests.cast import make_town
from tests.identity.making import Desk, make_application, make_desk, make_provider, settings_of
from yakuba.identity import operations
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.procedures.models import Run
from yakuba.submissions.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(db: None, simulator: Running, cards: Cards) -> Desk:
    make_town()
    make_provider(settings=settings_of(simulator), is_on=True)
    return make_desk(simulator, cards, make_application(purpose="sign"))


def answer(desk: Desk, copies: str = "1") -> str:
    page = f"/p/run/{desk.run.pk}/what"
    rev = Run.objects.get(pk=desk.run.pk).rev
    answered = desk.browser.post(page, {"copies": copies, "rev": str(rev)}, follow=True)
    return str(answered.content.decode())


def hand_in(desk: Desk) -> str:
    page = f"/p/run/{desk.run.pk}"
    rev = Run.objects.get(pk=desk.run.pk).rev
    answered = desk.browser.post(page, {"submit": "1", "rev": str(rev)}, follow=True)
    return str(answered.content.decode())


def go_on(desk: Desk) -> str:
    answered = desk.browser.post(f"/p/identity/{desk.check.pk}/", follow=True)
    return str(answered.content.decode())


class TestSigning:
    def test_nobody_signs_half_of_it(self, at_desk: Desk) -> None:
        page = at_desk.browser.post(
            at_desk.start, {"provider": str(at_desk.provider.public_id)}
        ).content.decode()

        assert "まだ答えていない質問があります" in page
        assert IdentityCheck.objects.count() == 0

    def test_what_was_frozen_is_signed_and_handed_in(self, at_desk: Desk) -> None:
        answer(at_desk)
        page = at_desk.prove("hanako")
        assert "署名が終わりました" in page
        summary = go_on(at_desk)
        assert "電子署名が終わりました" in summary

        done = hand_in(at_desk)

        assert "受け付けました" in done
        evidence = Evidence.objects.get()
        frozen = evidence.check_of.frozen
        assert frozen is not None
        assert bytes(evidence.signed_digest or b"") == bytes(frozen.digest)
        assert Submission.objects.count() == 1
        assert operations.verify_again(evidence).is_whole

    def test_a_change_after_signing_has_it_signed_again(self, at_desk: Desk) -> None:
        answer(at_desk)
        at_desk.prove("hanako")
        go_on(at_desk)
        answer(at_desk, copies="2")

        refused = hand_in(at_desk)

        assert "受け付けました" not in refused
        assert Submission.objects.count() == 0
        assert "署名が終わりました" in at_desk.prove("hanako")
        go_on(at_desk)
        assert "受け付けました" in hand_in(at_desk)
        states = sorted(IdentityCheck.objects.values_list("state", "reason"))
        assert states == [("expired", "changed"), ("verified", "")]

    def test_a_change_that_is_taken_back_needs_no_new_signature(self, at_desk: Desk) -> None:
        answer(at_desk)
        at_desk.prove("hanako")
        go_on(at_desk)
        answer(at_desk, copies="2")
        answer(at_desk, copies="1")

        assert "受け付けました" in hand_in(at_desk)

    def test_e42_a_child_is_led_to_a_parent_or_the_counter(self, at_desk: Desk) -> None:
        answer(at_desk)

        page = at_desk.prove("child")

        assert "保護者や代理の方が" in page
        assert "窓口・郵送でも手続できます。" in page
        assert hand_in(at_desk).count("受け付けました") == 0

    def test_the_run_says_nothing_was_signed_by_a_made_up_answer(self, at_desk: Desk) -> None:
        answer(at_desk)
        page = f"/p/run/{at_desk.run.pk}/proof"
        rev = Run.objects.get(pk=at_desk.run.pk).rev

        at_desk.browser.post(page, {"who": '{"check": ""}', "rev": str(rev)}, follow=True)

        assert "受け付けました" not in hand_in(at_desk)
        assert Submission.objects.count() == 0
