"""A delivery in the console, from the first word to the last person."""

import json

import pytest
from django.test import Client

from tests.broadcasts.cast import OTOSUGI, Town
from tests.cast import make_department, make_staff
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.line import sender
from yakuba.residents.models import Attribute
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


def desk_of(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def desk(town: Town) -> Client:
    return desk_of(town.manager)


def page(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(town: Town, **more: object) -> dict[str, object]:
    return {
        "name": "除雪のお知らせ",
        "department": town.department.pk,
        "who": "here",
        "condition": json.dumps(OTOSUGI),
        "text": "明日の朝、除雪に入ります。",
    } | more


def test_is_written_confirmed_by_number_sent_and_watched(town: Town, desk: Client) -> None:
    saved = desk.post("/console/deliveries/new/", typed(town, confirm="1"))
    delivery = Delivery.objects.get()
    here = f"/console/deliveries/{delivery.public_id}/"
    assert saved["Location"] == f"{here}confirm/"

    asked = page(desk, f"{here}confirm/")
    assert "2人に送ります" in asked
    assert "住んでいる地区が音杉" in asked

    desk.post(f"{here}confirm/", {"number": "2", "rev": "9" * 5000})
    wrong = desk.post(f"{here}confirm/", {"number": "3", "rev": "0"})
    assert "表示された人数と違います" in wrong.content.decode()
    assert not Batch.objects.exists()

    desk.post(f"{here}confirm/", {"number": "２人", "rev": "0"})
    waiting = page(desk, here)
    assert "まもなく2人に送ります" in waiting
    assert "あと 4分5" in waiting
    assert not Batch.objects.exists()
    town.begin(Delivery.objects.get())
    assert "0 / 2人" in page(desk, here)
    sender.send_waiting()

    assert town.heard("花子") == ["明日の朝、除雪に入ります。"]
    assert town.heard("次郎") == []
    assert "送り終わりました" in page(desk, here)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"who": ""}, "送る相手：選んでください。"),
        ({"condition": "null"}, "送る相手の条件を加えてください。"),
        ({"condition": '{"all_of": []}'}, "送る相手の条件を加えてください。"),
        ({"text": "番号は 1234 5678 9018"}, "マイナンバーと思われる番号"),
        ({"text": "あ" * 25_001}, "吹き出し5つまで"),
        ({"text": "\u200b"}, "文章が空です"),
    ],
)
def test_what_cannot_be_sent_is_not_even_kept(
    town: Town, desk: Client, wrong: dict[str, object], sentence: str
) -> None:
    answer = desk.post("/console/deliveries/new/", typed(town, **wrong))

    assert sentence in answer.content.decode()
    assert not Delivery.objects.exists()


def test_the_phone_shows_the_bubbles_that_line_will_get(town: Town, desk: Client) -> None:
    text = "雪です。" * 1500

    answer = desk.post("/console/deliveries/look/", typed(town, text=text)).content.decode()

    assert answer.count('class="yk-phone__bubble"') == 2
    assert "6,000文字" in answer
    assert "2<span" in answer


def test_an_emoji_counts_as_line_counts_it(town: Town, desk: Client) -> None:
    answer = desk.post("/console/deliveries/look/", typed(town, text="⛄🎿")).content.decode()

    assert "・3文字" in answer


def test_what_a_clerk_writes_is_text_and_no_page(town: Town, desk: Client) -> None:
    answer = desk.post("/console/deliveries/look/", typed(town, text="<script>x</script>"))

    assert "<script>" not in answer.content.decode()


def test_a_clerk_drafts_and_stops_but_does_not_send(town: Town) -> None:
    clerk = desk_of(make_staff(department=town.department, role="clerk"))
    clerk.post("/console/deliveries/new/", typed(town))
    delivery = Delivery.objects.get()
    here = f"/console/deliveries/{delivery.public_id}/"

    assert clerk.get(f"{here}confirm/").status_code == 403
    assert "送る前の確認へ進む" not in page(clerk, here)
    town.send(delivery)
    assert clerk.post(f"{here}do/", {"press": "go_on"}).status_code == 403
    clerk.post(f"{here}do/", {"press": "stop"})

    assert Delivery.objects.get().state == "stopped"


def test_a_reader_and_a_stranger_touch_nothing(town: Town) -> None:
    delivery = town.draft()
    here = f"/console/deliveries/{delivery.public_id}/"
    reader = desk_of(make_staff(department=town.department, role="reader"))
    stranger = desk_of(make_staff(department=make_department("税務課")))

    assert "除雪に入ります" in page(reader, here)
    assert reader.post(f"{here}do/", {"press": "drop"}).status_code == 403
    assert reader.get("/console/deliveries/new/").status_code == 403
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}do/", {"press": "drop"}).status_code == 404


def test_stopping_says_how_many_were_spared(
    town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yakuba.broadcasts import rules

    monkeypatch.setattr(rules, "BATCH", 1)
    delivery = town.send(town.draft())
    sender.claim(1)[0][0].deliver()

    answer = desk.post(
        f"/console/deliveries/{delivery.public_id}/do/", {"press": "stop"}, follow=True
    ).content.decode()

    assert "止めました。2人には送っていません。" in answer
    assert "途中で止めました。" in answer


def test_a_halted_delivery_is_told_on_today_and_goes_on(town: Town, desk: Client) -> None:
    delivery = town.send(town.draft())
    operations.halt(delivery.pk, why="LINEの今月の通数を使い切りました。")
    here = f"/console/deliveries/{delivery.public_id}/"

    assert "中断している配信" in page(desk, "/console/")
    assert "通数を使い切りました" in page(desk, here)
    desk.post(f"{here}do/", {"press": "go_on"})

    assert Delivery.objects.get().state == "sending"


def test_a_doubtful_batch_is_listed_with_what_can_be_done(town: Town, desk: Client) -> None:
    delivery = town.send(town.draft())
    batch = Batch.objects.get()
    Batch.objects.update(state=Batch.State.UNCERTAIN, reached=3)
    here = f"/console/deliveries/{delivery.public_id}/"

    assert "2回届く人がいるかもしれません" in page(desk, here)
    desk.post(f"{here}do/", {"press": "leave", "batch": batch.pk})

    assert "確かめること" not in page(desk, here)


def test_few_people_of_something_sensitive_are_never_counted_aloud(
    town: Town, desk: Client
) -> None:
    Attribute.objects.update(is_sensitive=True)
    desk.post("/console/deliveries/new/", typed(town))
    here = f"/console/deliveries/{Delivery.objects.get().public_id}/"

    asked = page(desk, f"{here}confirm/")
    desk.post(f"{here}confirm/", {"sure": "on", "rev": "0"})
    asked += page(desk, here)
    town.begin(Delivery.objects.get())
    sender.send_waiting()
    watched = page(desk, here) + page(desk, "/console/deliveries/")

    assert "10人未満の人に送ります" in asked
    assert "2人" not in asked + watched
    assert town.heard("花子") == ["明日の朝、除雪に入ります。"]
