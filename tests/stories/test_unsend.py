"""Somebody takes a message back in LINE: the town forgets it too, or says how to correct what it has (6(4)ケ)."""

from simulators.line.driver import Resident
from tests.stories.conftest import Town, wait_until
from tests.stories.test_report import make_photo
from yakuba.files.models import StoredFile
from yakuba.line.models import Content, WebhookEvent
from yakuba.procedures.models import Run
from yakuba.submissions.models import Event, Submission


def newest_of(resident: Resident, kind: str) -> str:
    """Return the id of the newest message of that kind that the resident sent."""
    mine = [one for one in resident.talk() if one["from"] == "person" and one["type"] == kind]
    return str(mine[-1]["id"])


def bodies() -> str:
    return str([row.body for row in WebhookEvent.objects.filter(body__isnull=False)])


def test_an_answer_and_a_photo_that_were_taken_back_are_asked_again(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.says("通報")
    hanako.hears("何がありましたか")
    hanako.taps("そのほか")
    hanako.hears("どんなことか")
    hanako.says("うちの前のひみつの話")
    hanako.hears("危険がありますか")

    # She would rather not have said it.
    hanako.unsends(newest_of(hanako, "text"))
    wait_until(lambda: "消しました" in hanako.heard()[-2] and "どんなことか" in hanako.heard()[-1])
    wait_until(lambda: "ひみつの話" not in bodies())
    assert "ひみつの話" not in str(Run.objects.get().state)
    hanako.says("溝のふたがない")
    hanako.hears("危険がありますか")
    hanako.taps("いいえ")
    hanako.hears("写真を送ってください")
    hanako.sends_photos(make_photo())
    hanako.hears("場所を送ってください")
    assert StoredFile.objects.count() == 1

    # The wrong photo: it is gone, and asked for again.
    hanako.unsends(newest_of(hanako, "image"))
    wait_until(lambda: "写真を送ってください" in hanako.heard()[-1])
    assert StoredFile.objects.count() == 0
    assert Content.objects.count() == 0


def test_after_handing_in_the_clerk_is_told_and_the_person_knows_what_to_do(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.says("アンケート")
    hanako.hears("どのくらい読んでいますか")
    hanako.says("読まない")
    typed = newest_of(hanako, "text")
    hanako.hears("読まない理由")
    hanako.says("1")
    hanako.taps("これで決定")
    hanako.hears("LINEでも受け取りたいですか")
    hanako.taps("いいえ")
    hanako.hears("ほかにご意見")
    hanako.taps("答えずに進む")
    hanako.hears("入力した内容")
    hanako.taps("この内容で送る")
    hanako.hears("ありがとうございました")

    hanako.unsends(typed)

    wait_until(lambda: "もう町に届いています" in str(hanako.talk()[-1]))
    submission = Submission.objects.get()
    words = Event.objects.filter(submission=submission, what="unsent").get().words
    assert words.startswith("取り消されました：「読む回数」")
    assert submission.revisions.get().answers["answers"]["reads"] == "never"

    # LINE says it twice: the clerk reads it once.
    hanako.hears("もう町に届いています")
    assert Event.objects.filter(what="unsent").count() == 1
