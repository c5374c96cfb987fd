"""What residents see of what they handed in, and what they may still do with it."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.cast import make_resident, make_town
from tests.portal.signing import signed_in
from tests.submissions.making import (
    HANAKO,
    hand_in,
    make_clerk,
    make_procedure,
    make_question,
    make_section,
)
from yakuba.files import operations as files
from yakuba.portal.models import Upload
from yakuba.procedures.models import Run
from yakuba.residents import operations as residents
from yakuba.submissions import operations
from yakuba.submissions.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def address(submission: Submission, rest: str = "") -> str:
    return f"/p/submission/{submission.pk}/{rest}"


def test_the_resident_sees_in_full_what_they_handed_in_and_where_it_stands() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)

    shown = page(signed_in(hanako).get(address(submission)))

    for words in (
        submission.receipt_no,
        "山田 花子",
        "076-472-1111",
        "橋のたもと",
        "受け付けました",
    ):
        assert words in shown


@pytest.mark.parametrize("rest", ["", "correct/", "withdraw/"])
def test_for_everybody_else_it_does_not_exist(rest: str) -> None:
    submission = hand_in(make_procedure())
    taro = signed_in(make_resident())

    assert taro.get(address(submission, rest)).status_code == 404
    assert taro.post(address(submission, rest)).status_code == 404
    assert taro.get("/p/submission/nonsense/").status_code == 404
    submission.refresh_from_db()
    assert submission.status == "new"


def test_what_is_corrected_goes_on_as_a_run_and_comes_back_as_a_revision() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)
    browser = signed_in(hanako)

    summary = page(browser.post(address(submission, "correct/"), follow=True))
    run = Run.objects.get(corrects=submission.pk)
    browser.post(f"/p/run/{run.pk}/place", {"what": "tree", "free": "橋のたもと"})
    browser.post(f"/p/run/{run.pk}", {"submit": "1"})
    shown = page(browser.get(address(submission)))

    assert "橋のたもと" in summary
    assert "「whatは？」を「hole」から「tree」に変えました。" in shown
    assert Submission.objects.count() == 1


def test_once_somebody_is_working_on_it_the_page_says_whom_to_call() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)
    clerk = make_clerk(submission.procedure)
    operations.set_status(submission, status="working", rev=0, staff=clerk)
    browser = signed_in(hanako)

    shown = page(browser.get(address(submission)))
    pressed = page(browser.post(address(submission, "correct/")))

    assert "町民課（076-472-1111）にお電話ください" in shown
    assert "correct/" not in shown
    assert "ここからは直せません" in pressed
    assert not Run.objects.filter(corrects=submission.pk).exists()


def test_taking_back_asks_first() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)
    browser = signed_in(hanako)

    asked = page(browser.get(address(submission, "withdraw/")))
    submission.refresh_from_db()
    before = submission.status
    done = page(browser.post(address(submission, "withdraw/")))

    assert "取り下げますか？" in asked
    assert before == "new"
    assert "取り下げました。" in done
    assert "withdraw/" not in done
    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_taking_back_twice_says_why_not() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)
    browser = signed_in(hanako)
    browser.post(address(submission, "withdraw/"))

    assert "取り下げられません" in page(browser.post(address(submission, "withdraw/")))


def test_photos_are_their_owners() -> None:
    hanako = make_resident()
    content = BytesIO()
    Image.new("RGB", (20, 20), "green").save(content, "JPEG")
    photo = files.keep(content=content.getvalue(), name="hole.jpg")
    Upload.objects.create(resident=hanako, file=photo, waits_until="2027-01-01")
    procedure = make_procedure(make_section("place", make_question("photo", "photo")))
    submission = hand_in(procedure, hanako, place={"photo": [str(photo.pk)]})
    file = address(submission, f"file/{photo.pk}")

    assert file in page(signed_in(hanako).get(address(submission)))
    assert signed_in(hanako).get(file).status_code == 200
    assert signed_in(make_resident()).get(file).status_code == 404


def test_my_page_lists_what_was_handed_in() -> None:
    hanako = make_resident()
    submission = hand_in(make_procedure(), hanako)

    shown = page(signed_in(hanako).get("/p/"))

    assert address(submission) in shown
    assert "受け付けました。担当の課がこれから確認します。" in shown


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What you sent"), ("ja-easy", "送った もの")]
)
def test_the_page_speaks_the_residents_language(language: str, words: str) -> None:
    hanako = make_resident()
    residents.set_reading(hanako, language=language, text_size="m")
    submission = hand_in(
        make_procedure(), hanako, place={"what": "hole", "free": "x"}, contact=HANAKO
    )

    assert words in page(signed_in(hanako).get(address(submission)))
