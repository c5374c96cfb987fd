"""Somebody finds a hole in the road: photo and place in the talk, name and telephone on the page, a letter to the department (6(3)ア, 6(12)ウ)."""

import io

from PIL import Image

from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from yakuba.line.models import Outgoing, WebhookEvent
from yakuba.mail.models import Letter
from yakuba.submissions import queries
from yakuba.submissions.models import RevisionFile, Submission


def make_photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (800, 600), "#777").save(picture, "JPEG")
    return picture.getvalue()


def test_a_hole_in_the_road(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.follow()
    hanako.hears("年代")

    # In the talk: what, how dangerous, a photo, the place.
    hanako.says("通報")
    hanako.hears("何がありましたか")
    hanako.taps("道路の穴・ひび")
    hanako.hears("危険がありますか")
    hanako.taps("はい")
    hanako.hears("写真を送ってください")
    hanako.sends_photos(make_photo())
    hanako.hears("場所を送ってください")
    hanako.shares_location(
        36.6985, 137.3622, title="上市町役場", address="富山県中新川郡上市町法音寺1"
    )
    hanako.hears("お電話をしてもよいですか")
    hanako.taps("はい")

    # Name and telephone are asked on the town's own page, and never in the talk.
    hanako.hears("入力画面")
    page = Pages(town.url, hanako).open(hanako.button("入力画面をひらく").action["uri"])
    assert "電話番号" in page.words
    page.post(
        wants_answer="yes", who__family="山田", who__given="花子", who__family_kana="ヤマダ", who__given_kana="ハナコ",
        phone="０７６−４７２−１１１１",
    )  # fmt: skip
    assert "送る" in page.words
    assert "山田" in page.words

    # Her talk goes on by itself; she hands in on the page.
    page.post(submit="1")
    hanako.hears("教えていただき、ありがとうございました")

    submission = Submission.objects.get()
    assert submission.receipt_no in " ".join(hanako.heard())
    assert RevisionFile.objects.count() == 1
    answers = queries.newest_revision(submission).answers["answers"]
    assert answers["phone"] == "076-472-1111"
    assert answers["what"] == "hole"

    # The department has a letter without anything personal; nothing confidential lies with LINE.
    wait_until(lambda: Letter.objects.exists())
    letter = Letter.objects.get()
    assert "kensetsu@kamiichi.example" in letter.to
    told = letter.subject + "".join(part.text for part in letter.parts.all())
    assert submission.receipt_no in told
    said = "".join(str(row.messages) for row in Outgoing.objects.all())
    for personal in ("山田", "ヤマダ", "472-1111"):
        assert personal not in told
        assert personal not in said
    assert not WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).exists()
