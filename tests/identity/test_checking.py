"""A resident proves who they are with a card, over the operator's real wire."""

from tests.identity.making import Desk
from yakuba.identity import queries
from yakuba.identity.models import IdentityCheck
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
