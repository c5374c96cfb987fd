"""住民票の写し: a card, a signature, a fee, sent back, corrected, 110 yen more, issued (6(4)アイエカキケ)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from simulators.cards.driver import Cards
from simulators.cards.server import running
from tests.identity.making import make_provider, settings_of
from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from tests.submissions.making import make_clerk
from yakuba.identity import queries as identity
from yakuba.identity.models import Provider
from yakuba.kit import clock
from yakuba.line.models import Outgoing
from yakuba.payments import operations as payments
from yakuba.payments.models import Attempt, Charge, RefundTask
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure, Run
from yakuba.submissions import operations, queries
from yakuba.submissions.models import OfficialLetter, Submission
from yakuba.townhall.models import StaffMember


class Desk:
    """The operator that the town has connected, and everybody's cards."""

    def __init__(self, cards: Cards, provider: Provider) -> None:
        self.cards = cards
        self.provider = provider

    def hold(self, page: Pages, run: Run, question: str, card: str = "hanako") -> str:
        """Prove or sign at one question, as on the telephone; return the page that is shown then."""
        page.open(f"identity/start/{run.pk}/{question}/")
        page.post(provider=str(self.provider.public_id))
        check = identity.newest_check(run, question)
        assert check is not None
        back = self.cards.hold(check.handoff or "", card)
        path = "/" + back.split("/", 3)[3]
        answer = page.http.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text[:500]
        return answer.text


@pytest.fixture
def desk(town: Town) -> Iterator[Desk]:
    with running() as simulator:
        cards = Cards(simulator.base)
        provider = make_provider(settings=settings_of(simulator))
        procedures.publish(Procedure.objects.get(slug="juminhyo"), staff=None)
        yield Desk(cards, provider)


def fresh(submission: Submission) -> Submission:
    found = Submission.objects.get(pk=submission.pk)
    assert found.display == queries.displayed(found)
    return found


def pay(charge: Charge, clerk: StaffMember) -> None:
    payments.post_counter_payment(charge, amount=charge.amount, once=uuid4(), staff=clerk)


def apply_for(
    town: Town, desk: Desk, name: str, *, why: str, copies: str
) -> tuple[Pages, Submission]:
    """Go from the talk through every page to the receipt."""
    person = town.resident(name)
    person.follow()
    person.hears("年代")
    person.says("住民票")
    person.hears("入力画面")
    page = Pages(town.url, person)
    run = Run.objects.get(procedure__slug="juminhyo", status="active")
    desk.hold(page, run, "card")
    page.open(f"run/{run.pk}/wish")
    page.post(why=why, copies=copies)
    page.open(f"run/{run.pk}/person")
    page.post(
        who__family="山田", who__given="花子", who__family_kana="ヤマダ", who__given_kana="ハナコ",
        address__postal="930-0361", address__town="富山県中新川郡上市町湯上野", address__house="1", phone="076-472-1111",
    )  # fmt: skip
    desk.hold(page, run, "signature")
    page.open(f"run/{run.pk}")
    page.post(submit="1")
    return page, Submission.objects.get()


def check(submission: Submission, clerk: StaffMember) -> Submission:
    now = fresh(submission)
    if now.status == "new":
        operations.start(now, rev=now.rev, staff=clerk)
    for number in range(3):
        operations.tick(now, number=number, is_done=True, staff=clerk)
    return fresh(submission)


def test_a_copy_is_paid_for_corrected_and_issued(town: Town, desk: Desk) -> None:
    page, submission = apply_for(town, desk, "花子", why="bank", copies="2")
    clerk = make_clerk(Procedure.objects.get(slug="juminhyo"))

    # 300 yen for each copy and the postage are asked for, and paid.
    charge = queries.owing(submission)[0].charge
    assert charge.amount == 710
    assert fresh(submission).display == "payment_requested"
    assert "710円" in page.open(f"submission/{submission.pk}/").html
    pay(charge, clerk)
    assert fresh(submission).display == "paid"

    # The clerk sends it back; the talk hears that, and not what is wrong.
    now = fresh(submission)
    operations.start(now, rev=now.rev, staff=clerk)
    operations.return_for_correction(
        now,
        comments={"address": "部屋番号まで書いてください"},
        message="送り先を確かめてください。",
        due_on=clock.today() + timedelta(days=14),
        rev=now.rev,
        staff=clerk,
    )
    hanako = town.resident("花子")
    hanako.hears("直していただきたいところがあります")
    page.open(f"submission/{submission.pk}/")
    assert "部屋番号まで書いてください" in page.words

    # She corrects only that. What was signed has changed, so she signs again.
    origin = {"Origin": str(page.http.base_url).rstrip("/")}
    page.http.post(page.form.action, data=page.form.hidden, headers=origin)
    run = Run.objects.get(corrects=submission.pk, status="active")
    page.open(f"run/{run.pk}/person")
    page.post(
        address__postal="930-0361", address__town="富山県中新川郡上市町湯上野", address__house="1-203",
    )  # fmt: skip
    page.open(f"run/{run.pk}")
    page.post(submit="1")
    assert fresh(submission).display == "returned"
    desk.hold(page, run, "signature")
    page.open(f"run/{run.pk}")
    page.post(submit="1")
    assert fresh(submission).display == "resubmitted"
    second, first = submission.revisions.order_by("-number")
    assert [one.label for one in queries.changes(first, second)][:1] == ["送り先（住民票の住所）"]

    # The letter is heavier than thought: 110 yen more, and then it is issued.
    now = check(submission, clerk)
    operations.request_more(
        now,
        label="郵送料の不足分",
        amount=110,
        reason="2通で重くなるため",
        due_on=clock.today() + timedelta(days=7),
        rev=now.rev,
        staff=clerk,
    )
    assert fresh(submission).display == "additional_payment"
    hanako.hears("追加のお支払いをお願いします")
    pay(queries.owing(submission)[-1].charge, clerk)
    now = fresh(submission)
    operations.look_at_proof(now, staff=clerk)
    operations.approve(now, words="", despite="", rev=now.rev, staff=clerk)
    now = fresh(submission)
    operations.issue(now, words="普通郵便で送りました。", despite="", rev=now.rev, staff=clerk)
    for letter in OfficialLetter.objects.all():
        operations.make_letter(letter_id=str(letter.pk))
    hanako.hears("を交付しました")

    assert fresh(submission).display == "issued"
    assert OfficialLetter.objects.filter(file=None).count() == 0
    assert not RefundTask.objects.exists()
    said = "".join(str(row.messages) for row in Outgoing.objects.all())
    for personal in ("山田", "湯上野", "部屋番号", "472-1111"):
        assert personal not in said


def test_for_a_pension_it_is_free_and_nobody_is_asked_to_pay(town: Town, desk: Desk) -> None:
    _page, submission = apply_for(town, desk, "花子", why="pension", copies="1")

    assert fresh(submission).display == "submitted"
    assert not Charge.objects.exists()
    assert not Attempt.objects.exists()


def test_what_was_paid_goes_back_after_a_rejection(town: Town, desk: Desk) -> None:
    _page, submission = apply_for(town, desk, "花子", why="bank", copies="1")
    clerk = make_clerk(Procedure.objects.get(slug="juminhyo"))
    pay(queries.owing(submission)[0].charge, clerk)
    now = fresh(submission)
    operations.start(now, rev=now.rev, staff=clerk)

    operations.reject(now, reason="請求できる方と確認できないため。", rev=now.rev, staff=clerk)

    assert RefundTask.objects.get().amount == 410
    for letter in OfficialLetter.objects.all():
        operations.make_letter(letter_id=str(letter.pk))
    town.resident("花子").hears("結果が出ました")
    wait_until(lambda: OfficialLetter.objects.exclude(file=None).exists())


def test_e39_a_card_revoked_after_signing_is_seen_before_anybody_decides(
    town: Town, desk: Desk
) -> None:
    _page, submission = apply_for(town, desk, "花子", why="pension", copies="1")
    clerk = make_clerk(Procedure.objects.get(slug="juminhyo"))
    now = check(submission, clerk)
    desk.cards.revoke("hanako")
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        operations.look_at_proof(now, staff=clerk)

        assert fresh(submission).display == "proof_doubtful"
