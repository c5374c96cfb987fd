"""住民票の写し, paid through the payment services: messages, nobody coming back, two tabs, rejected, never paid (6(4)イウキ)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from tests.payments.kinds.services import Services, contracted
from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from tests.submissions.making import make_application, make_clerk, make_question, make_section
from yakuba.kit import clock
from yakuba.line.models import Outgoing
from yakuba.payments import operations as payments
from yakuba.payments.models import Attempt, Charge, ProviderMessage, RefundTask
from yakuba.portal.queries import machine_now
from yakuba.procedures.models import Procedure
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission

FEE: dict[str, Any] = {
    "lines": [
        {"id": "copies", "label": {"ja": "住民票の写し"}, "unit": 300, "quantity_of": "copies"},
        {"id": "postage", "label": {"ja": "郵送料"}, "unit": 110},
    ]
}


@pytest.fixture
def services(town: Town, settings: DjangoSettings) -> Iterator[Services]:
    """The sample town, with its three contracts."""
    settings.PUBLIC_URL = town.url
    with contracted(town.url) as found:
        yield found


@pytest.fixture
def procedure(services: Services) -> Procedure:
    copies = make_question(
        "copies", "number", label={"ja": "何通いりますか"}, options={"least": 1, "most": 9}
    )
    return make_application(
        make_section("wish", copies, surface="page"),
        title="住民票の写し",
        fee=FEE,
        payment={"due_days": 7, "remind_days": 2, "unpaid": "withdraw"},
        workflow={"checklist": []},
    )


def apply_for(town: Town, procedure: Procedure, copies: str = "2") -> tuple[Pages, Submission]:
    """Hand in on the page; the fee is seen before anything is sent."""
    person = town.resident("花子")
    person.follow()
    person.hears("年代")
    page = Pages(town.url, person)
    page.open(f"x/{procedure.slug}/")
    page.post(copies=copies)
    assert copies == "1" or f"300円 × {copies}" in page.words
    assert "郵送料" in page.words
    assert f"{300 * int(copies) + 110}円" in page.words
    page.post(submit="1")
    assert "支払いへ進む" in page.words
    return page, Submission.objects.get()


def press(page: Pages, submission: Submission, way: str) -> Attempt:
    """Choose a way on the page of the charge; the browser is led to the service."""
    charge = queries.owing(submission)[0].charge
    page.open(f"pay/{charge.public_id}/")
    origin = {"Origin": str(page.http.base_url).rstrip("/")}
    answer = page.http.post(page.path, data={**page.form.hidden, "way": way}, headers=origin)
    assert answer.status_code == 303, answer.text[:300]
    return charge.attempts.latest("opened_at")


def fresh(submission: Submission) -> Submission:
    found = Submission.objects.get(pk=submission.pk)
    assert found.display == queries.displayed(found)
    return found


def becomes(submission: Submission, display: str) -> None:
    """Let the worker's jobs be done until the application is shown like this."""

    def seen() -> bool:
        the_worker_works()
        return Submission.objects.filter(pk=submission.pk, display=display).exists()

    wait_until(seen, 20)


def the_worker_works() -> None:
    """Do the jobs of payments: messages, questions that are due, refunds that were approved."""
    for message in ProviderMessage.objects.filter(processed_at=None):
        payments.process_message(message_id=message.pk)
    for attempt in Attempt.objects.filter(ask_next_at__lte=machine_now()):
        payments.ask_attempt(attempt_id=str(attempt.pk))
    for task in RefundTask.objects.filter(state__in=("approved", "sent"), is_by_hand=False):
        payments.send_refund(task_id=task.pk)


def is_given_back() -> bool:
    the_worker_works()
    return RefundTask.objects.filter(state="done").exists()


def is_wanted_back() -> bool:
    the_worker_works()
    return RefundTask.objects.exists()


def test_what_stripe_tells_settles_it_while_the_payer_is_still_there(
    town: Town, services: Services, procedure: Procedure
) -> None:
    page, submission = apply_for(town, procedure)
    town.resident("花子").hears("受付しました")
    told = "".join(str(row.messages) for row in Outgoing.objects.all())
    assert f"/pay/{queries.owing(submission)[0].charge.public_id}/" in told  # the first button
    attempt = press(page, submission, "stripe:card")

    services.pay(attempt)
    becomes(submission, "paid")

    town.resident("花子").hears("お支払いを確認しました")
    assert fresh(submission).display == "paid"
    assert "支払いが終わりました" in page.open(f"pay/{attempt.charge.public_id}/back/").words
    assert "受け取り 710円" in page.open(f"pay/{attempt.charge.public_id}/receipt/").words


def test_whoever_never_returns_from_paypay_is_found_by_the_reconciler(
    town: Town, services: Services, procedure: Procedure
) -> None:
    page, submission = apply_for(town, procedure, copies="1")
    attempt = press(page, submission, "paypay:paypay")
    services.desk.faults(endpoint="paypay", no_return=True)
    services.desk.faults(endpoint="paypay/webhook", drop=True)

    services.pay(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(ask_next_at=machine_now())
    becomes(submission, "paid")

    assert not ProviderMessage.objects.exists()
    town.resident("花子").hears("お支払いを確認しました")


def test_two_tabs_pay_twice_and_one_payment_goes_back(
    town: Town, services: Services, procedure: Procedure
) -> None:
    page, submission = apply_for(town, procedure)
    first = press(page, submission, "stripe:card")
    tab = services.on_page(first)
    second = press(page, submission, "paypay:paypay")
    services.desk.faults(endpoint="stripe", paid_after_expiry=True)

    services.pay(second)
    tab.pays("card")
    wait_until(is_wanted_back, 20)

    task = RefundTask.objects.get()
    assert (task.amount, task.why, task.asked_by) == (710, "surplus", None)
    clerk = make_clerk(procedure)
    payments.approve_refund(task, staff=clerk)
    wait_until(is_given_back, 20)
    assert fresh(submission).display == "paid"
    moved = services.desk.moved(first.merchant_ref) + services.desk.moved(second.merchant_ref)
    assert sorted(moved) == [("capture", 710), ("capture", 710), ("refund", -710)]


def test_what_was_paid_goes_back_to_the_card_after_a_rejection(
    town: Town, services: Services, procedure: Procedure
) -> None:
    page, submission = apply_for(town, procedure, copies="1")
    attempt = press(page, submission, "stripe:card")
    services.pay(attempt)
    becomes(submission, "paid")
    clerk, second = make_clerk(procedure), make_clerk(procedure, "課長 一郎")
    now = fresh(submission)
    operations.start(now, rev=now.rev, staff=clerk)

    now = fresh(submission)
    operations.reject(now, reason="請求できる方と確認できないため。", rev=now.rev, staff=clerk)
    payments.approve_refund(RefundTask.objects.get(), staff=second)
    wait_until(is_given_back, 20)

    assert services.desk.moved(attempt.merchant_ref) == [("capture", 410), ("refund", -410)]
    assert fresh(submission).display == "rejected"
    assert "410円" in page.open(f"pay/{attempt.charge.public_id}/receipt/").words


def test_who_does_not_pay_is_reminded_and_then_it_ends_as_the_procedure_says(
    town: Town, services: Services, procedure: Procedure
) -> None:
    _page, submission = apply_for(town, procedure)
    charge = queries.owing(submission)[0].charge
    due = clock.today() + timedelta(days=7)
    assert charge.due_on == due

    with clock.stopped_at(_noon(due - timedelta(days=2))):
        operations.remind_of_payment()
        operations.remind_of_payment()
    town.resident("花子").hears("お支払いの期限が近づいています")
    with clock.stopped_at(_noon(due)):
        payments.announce_overdue()
        assert fresh(submission).display == "payment_requested"  # the last day itself is in time
    with clock.stopped_at(_noon(due + timedelta(days=1))):
        payments.announce_overdue()
        payments.announce_overdue()

    town.resident("花子").hears("期限までにお支払いがなかったため")
    assert fresh(submission).display == "withdrawn"
    assert Charge.objects.get().is_voided
    assert not RefundTask.objects.exists()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.JAPAN)
