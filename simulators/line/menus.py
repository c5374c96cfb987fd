"""Rich menus: made, given a picture once, shown by default, deleted. They never change."""

import io

from PIL import Image, UnidentifiedImageError

from simulators.line import ids
from simulators.line.checks.sending import rich_menu_problems
from simulators.line.gate import Answer, Call, Door, Refused, invalid
from simulators.line.world import Json, Menu, World

MOST = 1000
LARGEST = 1024 * 1024
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}


def create(call: Call) -> Answer:
    validate(call)
    if len(call.world.menus) >= MOST:
        raise Refused(400, "The number of rich menus has reached the limit")
    menu = Menu(ids.menu_id(), call.body)
    call.world.menus[menu.id] = menu
    call.world.changed()
    return Answer({"richMenuId": menu.id})


def validate(call: Call) -> Answer:
    problems = rich_menu_problems(call.body)
    if problems.message:
        raise Refused(400, problems.message)
    if problems.details:
        raise invalid(problems.details)
    return Answer({})


def upload(call: Call) -> Answer:
    """Give a menu its picture: JPEG or PNG up to 1 MB, 800 to 2,500 wide, and only once."""
    menu = find(call)
    if call.media_type not in PICTURES:
        raise Refused(415, f"The content type, {call.media_type or '-'}, is not supported")
    if menu.image is not None:
        raise Refused(400, "An image has already been uploaded to the richmenu")
    if len(call.raw) > LARGEST:
        raise Refused(413, "Request exceeds the max size of 1MB")
    if not _is_allowed(call.raw, PICTURES[call.media_type]):
        raise Refused(400, "The image size is not allowed for richmenu")
    menu.image, menu.image_type = call.raw, call.media_type
    call.world.changed()
    return Answer({})


def _is_allowed(picture: bytes, form: str) -> bool:
    try:
        with Image.open(io.BytesIO(picture)) as image:
            width, height = image.size
            return (
                image.format == form
                and 800 <= width <= 2500
                and height >= 250
                and width / height >= 1.45
            )
    except (UnidentifiedImageError, OSError):
        return False


def download(call: Call) -> Answer:
    menu = find(call)
    if menu.image is None:
        raise Refused(404, "Not found")
    return Answer(menu.image, media_type=menu.image_type)


def show(call: Call) -> Answer:
    return Answer(_shown(find(call)))


def list_all(call: Call) -> Answer:
    return Answer({"richmenus": [_shown(menu) for menu in call.world.menus.values()]})


def delete(call: Call) -> Answer:
    """Delete a menu; those who see it see the next one when they open the talk again."""
    menu = find(call)
    del call.world.menus[menu.id]
    if call.world.default_menu == menu.id:
        call.world.default_menu = None
    announce(call.world)
    return Answer({})


def set_default(call: Call) -> Answer:
    call.world.default_menu = with_picture(call).id
    announce(call.world)
    return Answer({})


def show_default(call: Call) -> Answer:
    if call.world.default_menu is None:
        raise Refused(404, "no default richmenu")
    return Answer({"richMenuId": call.world.default_menu})


def clear_default(call: Call) -> Answer:
    call.world.default_menu = None
    announce(call.world)
    return Answer({})


def find(call: Call) -> Menu:
    menu = call.world.menus.get(call.params["menu"])
    if menu is None:
        raise Refused(404, "Not found")
    return menu


def with_picture(call: Call) -> Menu:
    menu = find(call)
    if menu.image is None:
        raise Refused(400, "must upload richmenu image before applying it to user")
    return menu


def announce(world: World) -> None:
    """Show everybody the menu that is now theirs."""
    for person in world.people.values():
        world.announce_menu(person)


def _shown(menu: Menu) -> Json:
    return {"richMenuId": menu.id, **menu.body}


DOORS = [
    Door("POST", "/v2/bot/richmenu", "richmenu", create, rate="100/h", takes="json"),
    Door("POST", "/v2/bot/richmenu/validate", "richmenu/validate", validate, takes="json"),
    Door("GET", "/v2/bot/richmenu/list", "richmenu/list", list_all, rate="10/s"),
    Door("POST", "/v2/bot/richmenu/{menu}/content", "richmenu/content", upload, takes="image"),
    Door("GET", "/v2/bot/richmenu/{menu}/content", "richmenu/content", download),
    Door("GET", "/v2/bot/richmenu/{menu}", "richmenu/get", show),
    Door("DELETE", "/v2/bot/richmenu/{menu}", "richmenu/delete", delete, rate="100/h"),
    Door("POST", "/v2/bot/user/all/richmenu/{menu}", "richmenu/default", set_default),
    Door("GET", "/v2/bot/user/all/richmenu", "richmenu/default", show_default),
    Door("DELETE", "/v2/bot/user/all/richmenu", "richmenu/default", clear_default),
]
