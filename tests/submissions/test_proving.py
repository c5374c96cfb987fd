"""Who handed it in: how the proof stands when somebody decides, and what does not fit."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import make_resident, make_town
from tests.identity.making import make_check, make_provider
from tests.submissions.making import (
    HANAKO,
    PLACE,
    begin_to_correct,
    desk_of,
    finish,
    make_application,
    make_clerk,
    make_question,
    make_questions,
    make_section,
)
from yakuba.identity.models import Evidence
from yakuba.identity.operations.looking import _looked
from yakuba.identity.sockets import CertStatus
from yakuba.kit import clock
from yakuba.procedures import operations as procedures
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission
from yakuba.submissions.operations.deciding import ProofDoubtful

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()
    make_provider()  # without one no question for the card is published


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def proven_as(
    name: str = "山田花子", resident: Resident | None = None
) -> tuple[Submission, Evidence]:
    """Hand in an application in which a card says `name`, and the person said 山田 花子."""
    card = make_question("card", "identity", options={"name_in": "who"}, label={"ja": "本人確認"})
    procedure = make_application(
        make_section("proof", card), *make_questions(), workflow={"checklist": []}
    )
    resident = resident or make_resident()
    turn = procedures.begin(procedure=procedure, resident=resident)
    check = make_check(run=turn.run, state="verified", question="card")
    evidence = Evidence.objects.create(
        check_of=check,
        verification_id="ver_1",
        verification_hash=bytes(16),
        attributes={"name": name},
        substitutes={"name": "0" * len(name)},  # so that the name may be typed as it is written
        revocation_state="good",
        revocation_source="ocsp",
        custody=Evidence.Custody.PROVIDER_HOLDS,
        raw="{}",
        verified_at=clock.now(),
        evidence_hash=bytes(32),
    )
    return finish(turn, place=PLACE, contact=HANAKO), evidence


def look(evidence: Evidence, state: Any, reason: str = "") -> None:
    _looked(evidence, CertStatus(state, reason), None)


def approve(submission: Submission, despite: str = "") -> None:
    clerk = make_clerk(submission.procedure)
    now = fresh(submission)
    if now.status == "new":
        operations.start(now, rev=now.rev, staff=clerk)
    operations.approve(now, words="", despite=despite, rev=now.rev, staff=clerk)


def test_a_fresh_proof_lets_a_clerk_decide() -> None:
    submission, _evidence = proven_as()

    approve(submission)

    assert (fresh(submission).proof, fresh(submission).status) == ("verified", "approved")


def test_a_look_that_is_too_old_has_to_be_taken_again_first() -> None:
    submission, _evidence = proven_as()

    with clock.stopped_at(clock.now() + timedelta(days=3)), pytest.raises(ProofDoubtful):
        approve(submission)


def test_e38_what_nobody_could_say_is_neither_passed_nor_failed() -> None:
    submission, evidence = proven_as()
    look(evidence, "unknown")

    assert fresh(submission).display == "proof_doubtful"
    assert fresh(submission).proof == "pending"
    with pytest.raises(ProofDoubtful, match="まだ結果が出ていません"):
        approve(submission)


def test_e39_a_card_revoked_after_signing_stops_the_decision_and_nothing_is_rejected_by_itself() -> (
    None
):
    submission, evidence = proven_as()
    look(evidence, "revoked", "lost")

    with pytest.raises(ProofDoubtful, match="失効しています"):
        approve(submission)

    assert fresh(submission).status == "working"
    assert fresh(submission).display == queries.displayed(fresh(submission)) == "proof_doubtful"
    approve(submission, despite="窓口で免許証を確かめた")
    assert fresh(submission).status == "approved"
    assert "窓口で免許証を確かめた" in submission.events.get(what="approve").words


def test_who_has_moved_is_shown_to_staff_and_to_nobody_else() -> None:
    hanako = make_resident()
    submission, evidence = proven_as(resident=hanako)
    look(evidence, "revoked", "moved")

    shown = desk_of(make_clerk(submission.procedure)).get(f"/console/submissions/{submission.pk}/")

    assert "住所等が変わった可能性" in shown.content.decode()
    assert fresh(submission).proof == "stale"
    assert "山田花子" not in shown.content.decode()


def test_e36_the_card_of_another_person_is_flagged_and_overwrites_nothing() -> None:
    submission, _evidence = proven_as("山田太郎")
    browser = desk_of(make_clerk(submission.procedure))

    shown = browser.get(f"/console/submissions/{submission.pk}/").content.decode()

    assert "カードと答えがちがいます：お名前" in shown
    assert "太郎" not in shown
    said = queries.newest_revision(submission).answers["answers"]["who"]
    assert (said["family"], said["given"]) == ("山田", "花子")


def test_the_same_persons_card_is_not_flagged() -> None:
    submission, _evidence = proven_as()

    assert [one.differing for one in queries.proven(submission)] == [()]


def test_what_the_card_says_is_masked_until_it_is_revealed() -> None:
    submission, _evidence = proven_as("山田花子丸")
    browser = desk_of(make_clerk(submission.procedure))
    address = f"/console/submissions/{submission.pk}/"

    masked = browser.get(address).content.decode()
    opened = browser.post(f"{address}reveal/").content.decode()

    assert "山田花子丸" not in masked
    assert "山田花子丸" in opened


def send_back(submission: Submission, comments: dict[str, str], message: str) -> None:
    clerk = make_clerk(submission.procedure)
    operations.start(submission, rev=submission.rev, staff=clerk)
    operations.return_for_correction(
        submission,
        comments=comments,
        message=message,
        due_on=clock.today() + timedelta(days=5),
        rev=submission.rev,
        staff=clerk,
    )


def test_e21_a_return_of_words_only_opens_nothing_and_needs_no_new_signature() -> None:
    hanako = make_resident()
    submission, evidence = proven_as(resident=hanako)
    send_back(submission, {}, "窓口に印鑑をお持ちください。")

    opened = queries.as_earlier(submission).editable
    corrected = finish(begin_to_correct(submission, hanako))

    assert opened == ()
    assert corrected.status == "new"
    assert [row for _path, row in queries.evidence_of(corrected)] == [evidence]


def test_e21_naming_an_answer_opens_the_card_too() -> None:
    submission, _evidence = proven_as()

    send_back(submission, {"free": "くわしく"}, "")

    assert queries.as_earlier(submission).editable == ("free", "card")


def test_a_correction_keeps_the_proof() -> None:
    hanako = make_resident()
    submission, evidence = proven_as(resident=hanako)
    clerk = make_clerk(submission.procedure)
    operations.start(submission, rev=submission.rev, staff=clerk)
    operations.return_for_correction(
        submission,
        comments={"free": "くわしく"},
        message="",
        due_on=clock.today() + timedelta(days=5),
        rev=submission.rev,
        staff=clerk,
    )

    corrected = finish(begin_to_correct(submission, hanako), place={**PLACE, "free": "駅の前"})

    assert [row for _path, row in queries.evidence_of(corrected)] == [evidence]
    assert (corrected.proof, corrected.display) == ("verified", "resubmitted")


def test_the_proof_is_erased_with_the_application() -> None:
    hanako = make_resident()
    proven_as(resident=hanako)

    operations.forget(hanako)

    assert not Evidence.objects.exists()
