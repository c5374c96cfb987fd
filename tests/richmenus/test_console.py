"""Menus at the desk: who sees which, publishing, going back, disaster mode, and why somebody sees a menu."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import make_department, make_staff
from tests.richmenus.cast import OTOSUGI, Town, document, make_due, tab, wait_until
from yakuba.audit.models import Entry
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.residents import operations as residents
from yakuba.richmenus import operations
from yakuba.richmenus.models import LinkBatch, MenuRule, RichMenu, Version
from yakuba.townhall.models import Scope, StaffMember
from yakuba.townhall.rules import DISASTER

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


def local(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def test_the_list_says_in_order_who_sees_what_until_when(town: Town, desk: Client) -> None:
    parents = town.menu("oyako", name="子育て家庭")
    town.rule(parents, name="音杉の人")

    seen = page(desk, "/console/menus/")

    assert seen.index("音杉の人") < seen.index("ふだんのメニュー")
    assert "住んでいる地区が音杉" in seen
    assert "1人" in seen
    assert "終わりを決めていません" not in seen


def test_a_rule_is_made_with_its_people_counted_and_must_have_an_end(
    town: Town, desk: Client
) -> None:
    parents = town.menu("oyako")
    here = f"/console/menus/{parents.public_id}/rules/new/"
    now = clock.now()
    typed = {
        "name": "音杉の人",
        "condition": json.dumps(OTOSUGI),
        "starts_at": local(now),
        "ends_at": "",
        "priority": "10",
    }

    counted = desk.post("/console/menus/rules/look/", typed).content.decode()
    without = desk.post(here, typed).content.decode()
    backwards = desk.post(here, typed | {"ends_at": local(now - timedelta(days=1))})
    everybody = desk.post(
        here,
        typed
        | {"ends_at": local(now + timedelta(days=1)), "condition": json.dumps({"all_of": []})},
    )
    made = desk.post(here, typed | {"ends_at": local(now + timedelta(days=1))})

    assert "人にあてはまります" in counted
    assert "入力してください" in without or "必須" in without
    assert "終わる日時が、始まる日時より前か" in backwards.content.decode()
    assert everybody.status_code == 200
    assert made["Location"] == "/console/menus/"
    rule = MenuRule.objects.get(kind="condition")
    assert (rule.name, rule.priority, rule.state) == ("音杉の人", 10, "running")
    assert "決まり「音杉の人」を作りました" in Entry.objects.get(action="rule_added").sentence


def test_a_rule_is_changed_and_ended_and_two_clerks_are_told_apart(
    town: Town, desk: Client
) -> None:
    rule = town.rule(town.menu("oyako"))
    here = f"/console/menus/rules/{rule.public_id}/"
    typed = {
        "name": "変えた",
        "condition": json.dumps(OTOSUGI),
        "starts_at": local(rule.starts_at.astimezone(clock.JAPAN)),
        "ends_at": local(clock.now() + timedelta(days=3)),
        "priority": "5",
        "rev": "0",
    }

    desk.post(here, typed)
    late = desk.post(here, typed).content.decode()
    asked = page(desk, f"{here}end/")
    desk.post(f"{here}end/")

    assert "ほかの人が先に直しました" in late
    assert "いま終わらせますか" in asked
    rule.refresh_from_db()
    assert (rule.name, rule.state) == ("変えた", "over")
    assert "終了" in page(desk, here)


def test_publishing_shows_the_difference_and_one_press_goes_back(town: Town, desk: Client) -> None:
    menu = RichMenu.objects.get(key="kurashi")
    draft = menu.draft
    operations.save_draft(
        draft,
        document=document(tab("a", "ごみ", "除雪")),
        rev=draft.rev,
        words="直した",
        staff=None,
    )
    here = f"/console/menus/{menu.public_id}/"

    shown = page(desk, f"{here}publish/")
    assert "タブ「防災」をなくしました。" in shown
    assert "文字を変えました（前は「防災」）" in shown

    stale = desk.post(f"{here}publish/", {"when": "now", "rev": "1"}).content.decode()
    assert "ほかの人が先に直しました" in stale
    desk.post(f"{here}publish/", {"when": "now", "rev": str(draft.rev)})
    menu.refresh_from_db()
    assert menu.current is not None
    assert menu.current.number == 2
    assert "1つ前（第1版）にもどす" in page(desk, here)

    desk.post(f"{here}do/", {"do": "restore", "number": "1"})
    menu.refresh_from_db()
    assert menu.current is not None
    assert menu.current.number == 3
    assert len(menu.current.document["tabs"]) == 2


def test_publishing_can_be_planned_and_the_plan_given_up(town: Town, desk: Client) -> None:
    menu = RichMenu.objects.get(key="kurashi")
    draft = menu.draft
    operations.save_draft(
        draft, document=document(tab("a", "年末")), rev=draft.rev, words="直した", staff=None
    )
    here = f"/console/menus/{menu.public_id}/"
    later = {"when": "later", "rev": str(draft.rev)}

    without = desk.post(f"{here}publish/", later).content.decode()
    past = desk.post(f"{here}publish/", later | {"at": "2020-01-01T00:00"}).content.decode()
    desk.post(f"{here}publish/", later | {"at": local(clock.now() + timedelta(days=1))})
    twice = desk.post(f"{here}publish/", later | {"at": local(clock.now() + timedelta(days=2))})

    assert "公開する日時を入れてください" in without
    assert "これからの日時を入れてください" in past
    assert "公開の予約がすでにあります" in twice.content.decode()
    assert "公開の予約があります" in page(desk, here)
    desk.post(f"{here}do/", {"do": "cancel"})
    assert Version.objects.get(number=2).state == "cancelled"


def test_what_is_wrong_is_said_with_the_way_to_the_place(town: Town, desk: Client) -> None:
    broken = tab("a", "手続")
    broken["cells"][0]["action"] = {"do": "procedure", "slug": "nowhere"}
    menu = RichMenu.objects.get(key="kurashi")
    draft = menu.draft
    operations.save_draft(
        draft, document=document(broken), rev=draft.rev, words="直した", staff=None
    )

    shown = page(desk, f"/console/menus/{menu.public_id}/publish/")
    answer = desk.post(
        f"/console/menus/{menu.public_id}/publish/", {"when": "now", "rev": str(draft.rev)}
    )

    assert "手続「nowhere」はありません" in shown
    assert "公開できません。直すところが1件" in answer.content.decode()


def test_disaster_mode_wants_the_number_typed_and_an_end(town: Town, desk: Client) -> None:
    alarm = town.menu("bosai", name="災害のとき")
    town.settle()
    ends = local(clock.now() + timedelta(hours=12))
    typed = {"menu": str(alarm.pk), "ends_at": ends, "number": "2"}

    asked = page(desk, "/console/menus/disaster/")
    wrong = desk.post("/console/menus/disaster/", typed | {"number": "3"}).content.decode()
    endless = desk.post("/console/menus/disaster/", typed | {"ends_at": ""})
    assert not MenuRule.objects.filter(kind="disaster").exists()
    desk.post("/console/menus/disaster/", typed)

    assert "友だち全員（2人）のメニューを、いますぐ切り替えます" in asked
    assert "表示された人数と違います" in wrong
    assert endless.status_code == 200
    assert MenuRule.objects.get(kind="disaster").state == "running"
    assert Entry.objects.filter(action="disaster_began").exists()
    town.settle()
    assert town.sees("花子") == "bosai/a"
    on = page(desk, "/console/menus/disaster/")
    assert "災害時のメニューに切り替わっています" in on
    assert "災害時のため休み" in page(desk, "/console/menus/")

    later = local(clock.now() + timedelta(hours=20))
    desk.post("/console/menus/disaster/", {"ends_at": later})
    assert local(MenuRule.objects.get(kind="disaster").ends_at.astimezone(clock.JAPAN)) == later  # type: ignore[union-attr]
    desk.post("/console/menus/disaster/", {"back": "1"})
    town.settle()
    assert town.sees("花子") == "kurashi/a"


def test_a_right_on_one_menu_is_not_enough_to_switch_everybody(town: Town, desk: Client) -> None:
    alarm = town.menu("bosai", name="災害のとき")
    town.settle()
    Scope.objects.get(kind=DISASTER).grants.all().delete()
    ends = local(clock.now() + timedelta(hours=12))

    asked = page(desk, "/console/menus/disaster/")
    answer = desk.post(
        "/console/menus/disaster/", {"menu": str(alarm.pk), "ends_at": ends, "number": "2"}
    )

    assert "任された人だけが切り替えられます" in asked
    assert "いますぐ切り替えます" not in asked
    assert answer.status_code == 403
    assert not MenuRule.objects.filter(kind="disaster").exists()


def test_a_menu_that_is_not_at_line_yet_is_no_disasters(town: Town, desk: Client) -> None:
    alarm = town.menu("bosai")
    ends = local(clock.now() + timedelta(hours=12))

    answer = desk.post(
        "/console/menus/disaster/", {"menu": str(alarm.pk), "ends_at": ends, "number": "2"}
    )

    assert "まだLINEに用意できていません" in answer.content.decode()
    assert not MenuRule.objects.filter(kind="disaster").exists()


def test_why_a_resident_sees_a_menu_is_told_to_who_may_and_recorded(
    town: Town, desk: Client
) -> None:
    residents.entrust(department=town.department, staff=None)
    town.rule(town.menu("oyako", name="子育て家庭"), name="音杉の人")
    hanako = town.records["花子"]

    found = desk.get("/console/menus/why/", {"who": hanako.number})
    told = page(desk, f"/console/menus/why/{hanako.public_id}/")

    assert found["Location"] == f"/console/menus/why/{hanako.public_id}/"
    assert "子育て家庭" in told
    assert "この決まりで、このメニューが見えます" in told
    assert "あてはまりますが、上の決まりが先です" in told
    assert "見えるメニューと、その理由を見ました" in Entry.objects.latest("pk").sentence
    assert "見えるメニュー" in page(desk, f"/console/residents/{hanako.public_id}/")
    stranger = desk_of(make_staff(department=make_department("税務課")))
    assert stranger.get(f"/console/menus/why/{hanako.public_id}/").status_code == 403


def test_whom_line_refused_is_counted_and_tried_again(town: Town, desk: Client) -> None:
    parents = town.menu("oyako")
    town.settle()
    town.rule(parents)
    batch = LinkBatch.objects.get()
    LinkBatch.objects.filter(pk=batch.pk).update(
        state=LinkBatch.State.FAILED, trouble="400 invalid"
    )

    failed = page(desk, "/console/menus/switching/")
    today = page(desk, "/console/")
    desk.post("/console/menus/switching/do/", {"batch": str(batch.pk)})
    make_due()
    sender.send_waiting()

    assert "切り替えられなかった人" in failed
    assert "400 invalid" in failed
    assert "メニューを切り替えられなかった人" in today
    wait_until(lambda: town.sees("花子") == "oyako/a")


def test_a_menu_in_use_is_not_put_away(town: Town, desk: Client) -> None:
    menu = RichMenu.objects.get(key="kurashi")

    answer = desk.post(f"/console/menus/{menu.public_id}/do/", {"do": "remove"}, follow=True)

    assert "使っているので、しまえません" in answer.content.decode()


def test_the_picture_and_the_file_of_a_menu(town: Town, desk: Client) -> None:
    menu = RichMenu.objects.get(key="kurashi")
    here = f"/console/menus/{menu.public_id}/"

    picture = desk.get(f"{here}versions/1/b.png")
    file = desk.get(f"{here}file/")

    assert picture.content.startswith(b"\x89PNG")
    assert desk.get(f"{here}versions/1/nowhere.png").status_code == 404
    assert "chat_bar: メニュー" in file.content.decode()
    assert "kurashi.yaml" in file["Content-Disposition"]
