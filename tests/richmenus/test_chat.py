"""What a press on the menu does: counted without a name, answered, handed on; also on a menu that is gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import make_procedure
from tests.richmenus.cast import Town, tab
from yakuba.line.models import Outgoing
from yakuba.line.rules import Event
from yakuba.line.sockets import Person, offer
from yakuba.procedures.models import Run
from yakuba.reports.models import Tap
from yakuba.richmenus.models import Assignment, MadeMenu, RichMenu
from yakuba.richmenus.rules import objects


def press(town: Town, data: str, *, name: str = "花子", silent: bool = False, **more: Any) -> None:
    user_id = town.people[name].id
    now = datetime.now(UTC)
    event = Event(
        event_id=f"e{Tap.objects.count()}{data}",
        type="postback",
        user_id=user_id,
        timestamp=int(now.timestamp() * 1000),
        reply_token="token",
        postback={"data": data, **more},
        received_at=now,
    )
    assert offer(event, Person(user_id, is_silent=silent))


def data_of(town: Town, menu: RichMenu, place: int = 0) -> str:
    town.settle()
    made = MadeMenu.objects.filter(menu=menu, tab="a").latest("pk")
    return f"richmenus:tap:{made.mark}:{place}"


def said() -> list[str]:
    return [row.messages[0]["text"] for row in Outgoing.objects.order_by("pk")]


def test_a_text_is_said_and_the_press_is_counted_without_a_person(town: Town) -> None:
    menu = RichMenu.objects.get(key="kurashi")

    press(town, data_of(town, menu))

    assert said() == ["ごみのご案内です。"]
    assert [(tap.kind, tap.subject, tap.detail) for tap in Tap.objects.all()] == [
        ("menu", menu.subject, "a:0")
    ]


def test_a_procedure_begins_as_if_its_own_button_were_pressed(town: Town) -> None:
    procedure = make_procedure()
    start = tab("a", "アンケート")
    start["cells"][0]["action"] = {"do": "procedure", "slug": procedure.slug}
    menu = town.menu("oyako", start)

    press(town, data_of(town, menu))

    assert Run.objects.get().procedure == procedure
    assert Outgoing.objects.get().reply_token == "token"


def test_a_day_that_was_picked_is_said_back(town: Town) -> None:
    pick = tab("a", "日を選ぶ")
    pick["cells"][0]["action"] = {"do": "date", "mode": "date"}
    menu = town.menu("oyako", pick)
    data = data_of(town, menu)

    press(town, data, params={"date": "2026-12-24"})
    press(town, data, params={"date": "なし"})

    assert said()[0] == "令和8年12月24日（木）を選びました。"


def test_an_old_menu_that_is_still_on_a_screen_does_what_it_says(town: Town) -> None:
    menu = RichMenu.objects.get(key="kurashi")
    data = data_of(town, menu)
    town.redraw(menu, tab("a", "ちがう"))
    town.settle()
    assert MadeMenu.objects.filter(state="removed").exists()

    press(town, data)

    assert said() == ["ごみのご案内です。"]


def test_while_the_bot_is_silent_presses_are_counted_and_nothing_is_said(town: Town) -> None:
    press(town, data_of(town, RichMenu.objects.get(key="kurashi")), silent=True)

    assert said() == []
    assert Tap.objects.count() == 1


def test_nonsense_is_taken_and_nothing_happens(town: Town) -> None:
    good = data_of(town, RichMenu.objects.get(key="kurashi"))
    mark = good.split(":")[2]

    for data in ("richmenus:", "richmenus:tap:nobody:0", f"richmenus:tap:{mark}:99", f"richmenus:tap:{mark}:²", f"richmenus:tab:{mark}:z"):  # fmt: skip
        press(town, data)

    assert said() == []
    assert not Assignment.objects.exists()


def test_a_change_of_tab_is_known_and_an_older_one_changes_nothing(town: Town) -> None:
    menu = RichMenu.objects.get(key="kurashi")
    data = data_of(town, menu).replace("tap:", "tab:").removesuffix(":0") + ":b"
    params = {"status": "SUCCESS", "newRichMenuAliasId": objects.alias(menu.pk, "b")}

    press(town, data, params=params)
    mine = Assignment.objects.get()
    assert mine.linked is not None
    assert mine.linked.tab == "b"

    mine.linked, mine.linked_at = None, datetime.now(UTC) + timedelta(minutes=1)
    mine.save()
    press(town, data, params=params)
    assert Assignment.objects.get().linked is None

    press(town, data, params={"status": "FAILED"})
    assert Tap.objects.filter(kind="menu_tab").count() == 3
    assert said() == []
