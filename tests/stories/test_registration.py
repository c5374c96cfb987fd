"""A resident adds the town's account, is asked who they are, answers, and changes it later (6(1)アイ)."""

from tests.stories.conftest import Town
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
    hanako.taps("送る")
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
    hanako.taps("直す")
