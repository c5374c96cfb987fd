"""A telephone call in the middle, a new telephone, a second thought: nothing that was said is lost (6(1)イ, 5(2)ウ)."""

from datetime import timedelta

from tests.cast import make_staff
from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from yakuba.kit import clock
from yakuba.procedures.models import Run
from yakuba.procedures.operations import upkeep
from yakuba.residents import operations, queries
from yakuba.residents.models import Resident
from yakuba.submissions import queries as submissions
from yakuba.submissions.models import Submission


def test_whoever_stopped_is_reminded_once_the_next_day_and_goes_on(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.says("通報")  # left as well: two things are no reason for two reminders
    hanako.hears("何がありましたか")
    hanako.follow()
    hanako.hears("年代")
    hanako.taps("60代")
    hanako.hears("性別")
    tomorrow = (clock.now() + timedelta(days=1)).replace(hour=10, minute=0)

    with clock.stopped_at(tomorrow.replace(hour=6)):
        upkeep.remind()  # not before people are up
    for hours in (0, 1, 26):
        with clock.stopped_at(tomorrow + timedelta(hours=hours)):
            upkeep.remind()
    hanako.hears("途中になっています")
    reminders = [said for said in hanako.heard() if "途中になっています" in said]
    assert len(reminders) == 1

    # The answer of yesterday is still there.
    hanako.taps("つづける")
    hanako.hears("性別を教えてください")
    hanako.says("女")
    hanako.hears("地区")
    # Thirteen districts fill the row of buttons; the ways out are there all the same.
    hanako.taps("いまの答えを見る")
    hanako.hears("60代")


def test_a_new_telephone_keeps_what_was_registered_and_what_was_under_way(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.follow()
    hanako.hears("年代")
    for answer in ("60代", "女性", "音杉", "1、2", "とばす"):
        hanako.says(answer)
    hanako.hears("この内容でよろしいですか")
    hanako.taps("この内容で送る")
    hanako.hears("登録ありがとうございました")
    hanako.says("通報")
    hanako.hears("何がありましたか")
    hanako.taps("倒れた木")
    hanako.hears("危険がありますか")
    person = Resident.objects.of_line(hanako.id).get()

    # On the new telephone LINE gives her another id; she is a stranger, until a clerk has seen her card.
    anew = town.resident("花子の新しい電話")
    anew.follow()
    anew.hears("年代")
    operations.reattach(
        user_id=anew.id, to=person, staff=make_staff(), reason="窓口で本人を確かめた"
    )

    anew.says("続ける")
    anew.hears("危険がありますか")
    assert queries.known(Resident.objects.of_line(anew.id).get())["district"] == "otosugi"
    assert not Resident.objects.of_line(hanako.id).filter(pk=person.pk).exists()
    active = Run.objects.filter(resident=person, status=Run.Status.ACTIVE)
    assert [run.procedure.slug for run in active] == ["tsuho"]


def test_an_answer_corrected_on_the_page_is_seen_in_the_talk(town: Town) -> None:
    taro = town.resident("太郎")
    taro.says("通報")
    taro.hears("何がありましたか")
    for answer in ("倒れた木", "いいえ", "スキップ", "役場の前", "いいえ"):
        taro.says(answer)
    taro.hears("この内容でよろしいですか")
    run = Run.objects.get(status=Run.Status.ACTIVE)

    # On the page the tree becomes a lamp.
    page = Pages(town.url, taro).open(f"/p/run/{run.pk}/place")
    assert "倒れた木" in page.words
    page.post(what="light", danger="no", spot__words="駅の北口")

    taro.says("いまの答えを見る")
    taro.hears("消えた街灯")
    taro.hears("駅の北口")
    taro.taps("この内容で送る")
    taro.hears("教えていただき、ありがとうございました")
    wait_until(lambda: Submission.objects.exists())
    handed_in = submissions.newest_revision(Submission.objects.get()).answers["answers"]
    assert handed_in["what"] == "light"
