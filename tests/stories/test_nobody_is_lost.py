"""Whatever people send, somebody answers: unrelated words, old buttons, photos in the wrong place, numbers that nobody may keep (5(2)ウ)."""

from tests.stories.conftest import Town, wait_until
from tests.stories.test_report import make_photo
from yakuba.files.models import StoredFile
from yakuba.line.models import Outgoing, WebhookEvent
from yakuba.procedures.models import Procedure, Run

MY_NUMBER = "1234 5678 9018"


def test_whoever_writes_about_something_else_hears_what_can_be_done_here(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")
    taro.taps("やめる")
    taro.hears("やめてもよろしいですか")
    taro.taps("はい、やめます")
    taro.hears("とりやめました")

    # Three messages in a row are answered once.
    taro.says("こんにちは")
    taro.hears("ここでは自動でお答えしています")
    taro.says("ごみの日はいつですか")
    taro.sends_sticker()
    wait_until(lambda: not WebhookEvent.objects.exclude(state=WebhookEvent.State.DONE).exists())
    greetings = [said for said in taro.heard() if "ここでは自動でお答えしています" in said]
    assert len(greetings) == 1

    # Whoever asks for the list always gets it, and begins by pressing.
    taro.says("メニュー")
    taro.hears("できること")
    taro.taps("道路・公園の通報")
    taro.hears("何がありましたか")


def test_what_was_put_off_goes_on_with_one_word(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")
    taro.taps("40代")
    taro.hears("性別")
    taro.says("あとで")
    taro.hears("ここまでの答えは保存しました")

    taro.says("続ける")

    taro.hears("性別を教えてください")


def test_a_paused_procedure_says_so_and_offers_others(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")
    taro.says("メニュー")  # also in the middle of something
    taro.hears("つづける：受信設定")
    # Pressing a choice that has meanwhile been closed is answered, and leads on.
    Procedure.objects.filter(slug="iken").update(status=Procedure.Status.PAUSED)

    taro.do("postback", data="procedures:start:iken")

    taro.hears("いま受け付けていません")
    assert taro.button("できることを見る")


def test_an_old_button_changes_nothing_and_brings_the_present_question(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")
    old = taro.button("40代").action
    taro.taps("60代")
    taro.hears("性別")

    taro.do("postback", data=old["data"], displayText=old["displayText"])

    taro.hears("前の質問のもの")
    taro.hears("性別を教えてください")
    assert "sixties" in str(Run.objects.get().state)


def test_a_button_of_what_has_ended_leads_to_what_can_be_done(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")
    old = taro.button("40代").action
    taro.says("やめる")
    taro.hears("やめてもよろしいですか")
    taro.says("はい")
    taro.hears("とりやめました")

    taro.do("postback", data=old["data"])

    taro.hears("もう終わった入力")
    taro.taps("できることを見る")
    taro.hears("したいことを押してください")


def test_a_photo_in_the_wrong_place_is_neither_taken_nor_fetched(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("年代")

    taro.sends_photos(make_photo())

    taro.hears("この質問では使えません")
    taro.hears("① 10代以下")
    assert not StoredFile.objects.exists()
    assert not any("/content" in one["path"] for one in town.phone.wire())


def test_two_photos_at_once_are_one_answer_and_the_second_is_said_to_be_left(town: Town) -> None:
    taro = town.resident("太郎")
    taro.says("通報")
    taro.hears("何がありましたか")
    taro.taps("倒れた木")
    taro.hears("危険がありますか")
    taro.says("うん")
    taro.hears("写真を送ってください")

    taro.sends_photos(make_photo(), make_photo())

    taro.hears("場所を送ってください")


def test_a_number_that_nobody_may_keep_is_kept_nowhere(town: Town) -> None:
    taro = town.resident("太郎")
    taro.says("通報")
    taro.hears("何がありましたか")
    taro.taps("そのほか")
    taro.hears("短く教えてください")

    taro.says(MY_NUMBER)

    # The warning, and then the question once more: nobody is left without a way on.
    taro.hears("受け付けていません")
    taro.hears("短く教えてください")
    kept = [str(row.body) for row in WebhookEvent.objects.all()]
    kept += [str(row.messages) for row in Outgoing.objects.all()]
    kept += [str(run.state) for run in Run.objects.all()]
    for number in (MY_NUMBER, MY_NUMBER.replace(" ", "")):
        assert not any(number in one for one in kept)


def test_a_word_that_also_starts_a_procedure_may_be_an_answer_in_it(town: Town) -> None:
    taro = town.resident("太郎")
    taro.says("通報")
    taro.hears("何がありましたか")
    taro.taps("そのほか")
    taro.hears("短く教えてください")

    taro.says("道路")

    taro.hears("「道路」ですね")


def test_who_wants_a_person_hears_the_telephone_of_the_department(town: Town) -> None:
    taro = town.resident("太郎")
    taro.says("通報")
    taro.hears("何がありましたか")

    taro.says("人に聞く")

    taro.hears("建設課")
    taro.hears("076-472-1111")
    assert taro.button("電話をかける").action["uri"] == "tel:076-472-1111"


def test_one_word_changes_the_language_of_the_talk_and_the_present_question(town: Town) -> None:
    taro = town.resident("太郎")
    taro.follow()
    taro.hears("For English, send “English”.")
    taro.hears("年代")

    taro.says("English")

    taro.hears("How old are you?")
    taro.taps("40s")
    taro.hears("“40s”. Thank you.")
    taro.says("日本語")
    taro.hears("性別を教えてください")
