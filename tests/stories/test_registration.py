"""A resident adds the town's account, is asked who they are, answers, and changes it later (6(1)アイ)."""

from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from yakuba.kit import clock
from yakuba.line.models import Outgoing, WebhookEvent
from yakuba.residents import queries
from yakuba.residents.models import Resident
from yakuba.segments import queries as segments

PARENTS_OF_UNDER_THREES = {
    "fact": "resident.youngest_child_born_on",
    "operator": "age_at_most",
    "value": 2,
}


def test_follow_register_change(town: Town) -> None:
    hanako = town.resident("花子")

    # She becomes a friend and is asked at once, one question at a time.
    hanako.follow()
    hanako.hears("年代")
    hanako.taps("60代")
    hanako.hears("性別")
    hanako.taps("答えずに進む")
    hanako.hears("地区")
    hanako.says("音杉")
    hanako.hears("知りたい情報")
    hanako.taps("除雪・道路")
    hanako.taps("ごみ・環境")
    hanako.taps("これで決定")
    hanako.hears("もっとぴったりのお知らせ")
    hanako.taps("とばす")
    hanako.hears("入力した内容")
    hanako.taps("この内容で送る")
    hanako.hears("登録ありがとうございました")

    resident = Resident.objects.of_line(hanako.id).get()
    assert queries.known(resident) == {
        "age_band": "sixties",
        "district": "otosugi",
        "interests": ["garbage", "snow"],
    }
    condition = {"fact": "resident.district", "operator": "is", "value": "otosugi"}
    assert segments.residents_in(condition) == [resident.pk]

    # She moves, and says so with one word.
    hanako.says("受信設定")
    hanako.hears("入力した内容")
    hanako.taps("直す：地区")
    hanako.hears("地区")
    hanako.taps("弓庄")
    hanako.hears("弓庄")
    hanako.taps("この内容で送る")
    hanako.hears("登録ありがとうございました")

    assert queries.known(Resident.objects.get(pk=resident.pk))["district"] == "yunosho"
    assert segments.residents_in(condition) == []


def test_block_and_unblock_restores(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.follow()
    hanako.hears("年代")
    hanako.taps("60代")
    hanako.hears("性別")

    hanako.block()
    wait_until(lambda: not Resident.objects.of_line(hanako.id).get().reachable)
    hanako.unblock()

    # The registration goes on where she left it.
    wait_until(lambda: Resident.objects.of_line(hanako.id).get().reachable)
    wait_until(lambda: len([said for said in hanako.heard() if "性別を教えて" in said]) == 2)


def test_the_same_events_three_times_and_out_of_order_register_once(town: Town) -> None:
    taro = town.resident("太郎")
    town.phone.faults(duplicate=3, reorder=True, count=50)

    taro.follow()
    taro.hears("年代")
    taro.says("40代")
    taro.hears("性別")
    taro.taps("男性")
    taro.hears("地区")

    assert Resident.objects.count() == 1
    assert len([words for words in taro.heard() if "性別を教えて" in words]) == 1


def test_whoever_tells_of_the_children_on_the_page_is_found_among_parents(town: Town) -> None:
    hanako = town.resident("花子")
    last_year, long_ago = clock.today().year - 1, clock.today().year - 9
    hanako.follow()
    for question in ("年代", "性別", "地区", "知りたい情報"):
        hanako.hears(question)
        hanako.taps("答えずに進む")

    # She would like to hear what fits her: the town's page asks, the talk does not.
    hanako.hears("もっとぴったりのお知らせ")
    hanako.taps("教える")
    hanako.hears("入力画面")
    page = Pages(town.url, hanako).open(hanako.button("入力画面をひらく").action["uri"])
    page.post(born_on="平成5年4月1日")
    assert "お子さんのこと" in page.words
    page.post(add="1")
    page.post(**{"children[1].child_born": f"{last_year}/5/5"}, add="1")
    page.post(
        **{
            "children[1].child_born": f"{last_year}/5/5",
            "children[2].child_born": f"{long_ago}/6/6",
            "children[2].child_called": "長男",
        }
    )
    page.post(submit="1")
    hanako.hears("登録ありがとうございました")

    resident = Resident.objects.of_line(hanako.id).get()
    assert segments.residents_in(PARENTS_OF_UNDER_THREES) == [resident.pk]
    assert queries.known(resident)["age_band"] == "thirties"
    with_line = [str(row.messages) for row in Outgoing.objects.all()]
    with_line += [str(row.body) for row in WebhookEvent.objects.all()]
    assert not any("1993" in one or "長男" in one or "5/5" in one for one in with_line)

    # Later she sees it again in the settings, corrects one child and takes the other out.
    eldest = resident.family.order_by("born_on").first()
    assert eldest is not None
    hanako.says("受信設定")
    hanako.hears("入力済み")
    page.open(hanako.button("画面で確かめる・直す").action["uri"])
    assert "長男" in page.words
    assert "1人目のお子さん" in page.words
    page.open(f"{page.path}/children")
    baby = next(child for child in queries.children(resident) if child.mark != eldest.mark)
    page.post(remove=baby.mark)
    page.post(**{f"children[{eldest.mark}].child_born": f"{long_ago}/6/7"})
    page.post(submit="1")

    wait_until(lambda: resident.family.count() == 1)
    assert resident.family.get().pk == eldest.pk
    assert segments.residents_in(PARENTS_OF_UNDER_THREES) == []

    # And at last she takes everything out again.
    hanako.says("受信設定")
    hanako.hears("入力済み")
    page.open(hanako.button("画面で確かめる・直す").action["uri"])
    run = page.path
    page.open(f"{run}/birth").post(born_on="")
    page.open(f"{run}/children").post(remove=eldest.mark)
    page.post()
    page.post(submit="1")
    wait_until(lambda: not resident.family.exists())
    resident.refresh_from_db()
    assert resident.born_on is None
