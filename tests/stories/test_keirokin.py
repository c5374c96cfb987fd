"""敬老祝い金: whoever is on the list gets through, once; nobody learns who is on it."""

import pytest

from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from yakuba.line.models import Outgoing
from yakuba.procedures.models import Run
from yakuba.registers.kinds import wording
from yakuba.registers.models import Attempt, Claim
from yakuba.submissions.models import Submission

HANAKO = {"family": "見本", "given": "花子", "born": "昭和13年5月3日"}
NOBODY = {"family": "魚津", "given": "三郎", "born": "昭和13年5月3日"}
PROTECTED = {"family": "架空", "given": "みさき", "born": "昭和11年8月15日"}


def begin(town: Town, name: str) -> tuple[Pages, Run]:
    """Ask for it in the talk, and open the page on which the person is named."""
    person = town.resident(name)
    person.follow()
    person.hears("年代")
    before = set(Run.objects.values_list("pk", flat=True))
    person.says("敬老祝い金")
    person.hears("入力画面")
    run = Run.objects.exclude(pk__in=before).get(procedure__slug="keirokin")
    return Pages(town.url, person), run


def name_person(page: Pages, run: Run, *, family: str, given: str, born: str) -> str:
    """Post the page of the person and return all the words of what is shown then."""
    page.open(f"run/{run.pk}/person")
    page.post(who__family=family, who__given=given, birthday=born)
    return page.words


def apply_for(page: Pages, run: Run, said: dict[str, str]) -> str:
    """Go through every page to the receipt; return the words of the summary before it."""
    name_person(page, run, **said)
    page.open(f"run/{run.pk}/rest")
    page.post(how="counter", phone="076-472-1111")
    summary = page.open(f"run/{run.pk}").words
    page.post(submit="1")
    return summary


def test_a_listed_person_gets_through_and_a_second_time_it_is_already_there(town: Town) -> None:
    page, run = begin(town, "花子")
    summary = apply_for(page, run, HANAKO)

    # The amount comes from the list, and the line is taken.
    submission = Submission.objects.get()
    assert "10,000円" in summary
    assert Claim.objects.get().run_id == run.pk
    assert submission.procedure.slug == "keirokin"

    # The family tries again from another telephone.
    page, again = begin(town, "長男")
    words = name_person(page, again, **HANAKO)

    assert wording.ALREADY.ja in words
    assert Claim.objects.count() == 1
    assert Submission.objects.count() == 1

    # Nothing of it stands in the talk.
    wait_until(lambda: Outgoing.objects.exists())
    said = "".join(str(row.messages) for row in Outgoing.objects.all())
    for personal in ("見本", "昭和13年", "472-1111", "10,000"):
        assert personal not in said


@pytest.mark.parametrize(
    "said",
    [
        {"family": "高橋", "given": "太郎", "born": "昭和11年1月9日"},
        {"family": "渡辺", "given": "ウメ", "born": "大正15年3月20日"},
        {"family": "渡邉", "given": "ウメ", "born": "T15.3.20"},
    ],
)
def test_a_name_is_found_however_its_letters_are_written(town: Town, said: dict[str, str]) -> None:
    page, run = begin(town, "家族")

    apply_for(page, run, said)

    assert Submission.objects.get().procedure.slug == "keirokin"
    assert Claim.objects.get().run_id == run.pk


def test_a_stranger_a_wrong_birthday_and_a_protected_person_are_answered_alike(town: Town) -> None:
    page, run = begin(town, "だれか")

    stranger = name_person(page, run, **NOBODY)
    wrong = name_person(page, run, **{**HANAKO, "born": "昭和13年5月4日"})
    protected = name_person(page, run, **PROTECTED)

    assert wording.NOT_FOUND.ja in stranger
    assert stranger == wrong == protected
    assert list(Attempt.objects.values_list("answer", flat=True)) == ["not_found"] * 3
    assert not Claim.objects.exists()
    run.refresh_from_db()
    assert "listed" not in run.state["answers"]
