"""A clerk changes a survey while five people are in the middle of it (market: incident 12)."""

from tests.stories.conftest import Town, wait_until
from yakuba.procedures import operations
from yakuba.procedures.models import Procedure, Run
from yakuba.submissions import queries
from yakuba.submissions.models import Submission
from yakuba.townhall.models import StaffMember


def test_five_people_finish_on_the_version_they_began(town: Town) -> None:
    people = [town.resident(f"住民{number}") for number in range(5)]
    for person in people:
        person.follow()
        person.hears("年代")
        person.says("アンケート")
        person.hears("どのくらい読んでいますか")
        person.taps("読まない")
        person.hears("読まない理由")

    # Meanwhile the clerk takes a question out, adds a choice, and publishes.
    procedure = Procedure.objects.get(slug="iken")
    clerk = StaffMember.objects.get(email="admin@kamiichi.example")
    draft = procedure.draft
    document = dict(draft.document)
    questions = document["sections"][0]["questions"]
    document["sections"][0]["questions"] = [q for q in questions if q["id"] != "by_line"]
    document["retired_ids"] = ["by_line"]
    operations.save_draft(
        draft, document=document, rev=draft.rev, words="「LINEでも」を消した", staff=clerk
    )
    version = operations.publish(procedure, staff=clerk)
    assert version.number == 2
    assert any("LINEでも受け取りたい" in words for words in version.changes)

    # The five are still asked what was taken out; a newcomer is not.
    for person in people:
        person.taps("字が小さい")
        person.taps("これで決定")
        person.hears("LINEでも受け取りたい")
        person.taps("はい")
        person.hears("ほかにご意見")
        person.taps("答えずに進む")
        person.hears("入力した内容")
        person.taps("この内容で送る")
        person.hears("ご意見ありがとうございました")
    late = town.resident("遅れてきた人")
    late.follow()
    late.hears("年代")
    late.says("アンケート")
    late.taps("読まない")
    late.taps("字が小さい")
    late.taps("これで決定")
    late.hears("ほかにご意見")
    late.taps("答えずに進む")
    late.taps("この内容で送る")
    late.hears("ご意見ありがとうございました")

    wait_until(lambda: Submission.objects.count() == 6)
    by_version = sorted(
        queries.newest_revision(one).version.number for one in Submission.objects.all()
    )
    assert by_version == [1, 1, 1, 1, 1, 2]
    assert not Run.objects.filter(status=Run.Status.ACTIVE, procedure=procedure).exists()

    # Once is once.
    late.says("アンケート")
    late.hears("すでに回答をいただいています")
