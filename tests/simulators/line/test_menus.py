"""Rich menus: made once, shown to whom they belong, switched by tabs."""

import io
import time

import pytest
from PIL import Image

from simulators.line.driver import Phone, Resident
from tests.simulators.line import samples
from tests.simulators.line.conftest import Api, Ear


def picture(width: int = 1250, height: int = 843, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#06c755").save(out, form)
    return out.getvalue()


def upload(api: Api, menu: str, blob: bytes, kind: str = "image/png") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": kind}
    answer = api.http.post(f"/v2/bot/richmenu/{menu}/content", content=blob, headers=headers)
    return answer.status_code, answer.json().get("message", "")


def make_menu(api: Api, *, name: str = "メニュー", with_picture: bool = True) -> str:
    body = {**samples.MENU, "name": name}
    menu = str(api("POST", "/v2/bot/richmenu", body).json()["richMenuId"])
    if with_picture:
        assert upload(api, menu, picture()) == (200, "")
    return menu


def shown(resident: Resident) -> str | None:
    menu = resident.screen()["menu"]
    return menu["richMenuId"] if menu else None


def test_the_default_menu_is_shown_to_who_has_no_other(api: Api, hanako: Resident) -> None:
    default, own = make_menu(api), make_menu(api)

    api("POST", f"/v2/bot/user/all/richmenu/{default}")
    before = shown(hanako)
    api("POST", f"/v2/bot/user/{hanako.id}/richmenu/{own}")
    linked = shown(hanako)
    api("DELETE", f"/v2/bot/user/{hanako.id}/richmenu")

    assert (before, linked, shown(hanako)) == (default, own, default)


def test_a_menu_without_picture_cannot_be_shown(api: Api, hanako: Resident) -> None:
    bare = make_menu(api, with_picture=False)

    answer = api("POST", f"/v2/bot/user/all/richmenu/{bare}")

    said = "must upload richmenu image before applying it to user"
    assert (answer.status_code, answer.json()["message"]) == (400, said)


def test_a_menu_gets_one_picture(api: Api) -> None:
    menu = make_menu(api)

    said = (400, "An image has already been uploaded to the richmenu")
    assert upload(api, menu, picture()) == said


@pytest.mark.parametrize(("width", "height"), [(799, 400), (2501, 1000), (800, 249), (1000, 700)])
def test_a_picture_has_the_size_of_a_menu(api: Api, width: int, height: int) -> None:
    menu = make_menu(api, with_picture=False)

    said = (400, "The image size is not allowed for richmenu")
    assert upload(api, menu, picture(width, height)) == said


def test_a_picture_is_png_or_jpeg(api: Api) -> None:
    menu = make_menu(api, with_picture=False)

    assert upload(api, menu, picture(form="GIF"), "image/gif")[0] == 415
    assert upload(api, menu, picture(form="JPEG"), "image/jpeg")[0] == 200


def test_a_tab_switches_the_menu_and_tells_the_product(
    api: Api, ear: Ear, hanako: Resident
) -> None:
    first, second = make_menu(api), make_menu(api)
    api("POST", f"/v2/bot/user/all/richmenu/{first}")
    api("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": "second", "richMenuId": second})

    hanako.do("menuswitch", richMenuAliasId="second", data="tab")
    event = ear.events(2)[1]

    assert shown(hanako) == second
    assert event["postback"] == {
        "data": "tab",
        "params": {"newRichMenuAliasId": "second", "status": "SUCCESS"},
    }
    assert api("GET", f"/v2/bot/user/{hanako.id}/richmenu").json() == {"richMenuId": second}


def test_a_tab_to_nowhere_says_so(ear: Ear, hanako: Resident) -> None:
    hanako.do("menuswitch", richMenuAliasId="gone", data="tab")

    assert ear.events(2)[1]["postback"]["params"] == {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}


def test_many_are_linked_a_little_later(api: Api, phone: Phone, hanako: Resident) -> None:
    menu = make_menu(api)
    taro = phone.person("太郎").follow()
    body = {"richMenuId": menu, "userIds": [hanako.id, taro.id]}

    answer = api("POST", "/v2/bot/richmenu/bulk/link", body)
    at_once = shown(taro)
    time.sleep(0.4)

    assert (answer.status_code, at_once, shown(taro)) == (202, None, menu)


def test_a_batch_moves_everybody_from_one_menu_to_another(api: Api, hanako: Resident) -> None:
    old, new = make_menu(api), make_menu(api)
    api("POST", f"/v2/bot/user/{hanako.id}/richmenu/{old}")
    operations = [{"type": "link", "from": old, "to": new}]

    answer = api("POST", "/v2/bot/richmenu/batch", {"operations": operations})
    request = answer.headers["x-line-request-id"]
    time.sleep(0.4)

    progress = api("GET", f"/v2/bot/richmenu/progress/batch?requestId={request}").json()
    assert (answer.status_code, progress["phase"], shown(hanako)) == (202, "succeeded", new)


def test_a_menu_may_have_twenty_areas(api: Api) -> None:
    area = samples.MENU["areas"][1]

    twenty = api("POST", "/v2/bot/richmenu/validate", {**samples.MENU, "areas": [area] * 20})
    more = api("POST", "/v2/bot/richmenu/validate", {**samples.MENU, "areas": [area] * 21})

    assert (twenty.status_code, more.status_code) == (200, 400)


def test_the_bar_has_fourteen_characters(api: Api) -> None:
    fits = api("POST", "/v2/bot/richmenu/validate", {**samples.MENU, "chatBarText": "𠮷" * 14})
    over = api("POST", "/v2/bot/richmenu/validate", {**samples.MENU, "chatBarText": "𠮷" * 15})

    assert (fits.status_code, over.status_code) == (200, 400)


def test_a_deleted_menu_is_gone(api: Api, hanako: Resident) -> None:
    menu = make_menu(api)
    api("POST", f"/v2/bot/user/{hanako.id}/richmenu/{menu}")

    api("DELETE", f"/v2/bot/richmenu/{menu}")

    assert shown(hanako) is None
    assert api("GET", f"/v2/bot/richmenu/{menu}").status_code == 404
    assert api("GET", "/v2/bot/richmenu/list").json() == {"richmenus": []}


def test_a_blocker_keeps_no_link(api: Api, hanako: Resident) -> None:
    menu = make_menu(api)
    hanako.block()

    assert api("POST", f"/v2/bot/user/{hanako.id}/richmenu/{menu}").status_code == 200
    assert api("GET", f"/v2/bot/user/{hanako.id}/richmenu").status_code == 404


def test_aliases_are_made_moved_and_deleted(api: Api) -> None:
    first, second = make_menu(api), make_menu(api)
    path = "/v2/bot/richmenu/alias"

    made = api("POST", path, {"richMenuAliasId": "tab-a", "richMenuId": first})
    twice = api("POST", path, {"richMenuAliasId": "tab-a", "richMenuId": first})
    api("POST", f"{path}/tab-a", {"richMenuId": second})
    moved = api("GET", f"{path}/tab-a").json()
    api("DELETE", f"{path}/tab-a")

    assert (made.status_code, twice.json()["message"]) == (200, "conflict richmenu alias id")
    assert moved == {"richMenuAliasId": "tab-a", "richMenuId": second}
    assert api("GET", f"{path}/tab-a").status_code == 404
