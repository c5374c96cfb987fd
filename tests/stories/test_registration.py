"""A resident adds the town's account, is asked who they are, answers, and changes it later (6(1)アイ)."""

from tests.stories.conftest import Town, wait_until
from yakuba.residents import queries
from yakuba.residents.models import Resident
from yakuba.segments import queries as segments


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
