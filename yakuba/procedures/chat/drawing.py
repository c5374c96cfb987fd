"""What the engine says, as LINE messages. Pure: no tables, no clock."""

from collections.abc import Sequence
from datetime import date, datetime, time
from urllib.parse import quote

from yakuba.line import messages as line
from yakuba.line.messages import Action, CardAction, Message
from yakuba.procedures.rules import says

PACKAGE = "procedures"
_ROWS_ON_A_CARD = 12
_ALWAYS_THERE = (".back", ".skip", ".stop", ".person")  # the ways out that never give way to choices
_ON_OUR_PAGE = "ここからは、町の入力画面で答えてください。"
_SENSOR_LABELS = {"camera": "カメラで撮る", "camera_roll": "写真を選ぶ", "location": "位置を送る"}


class Surface:
    """Where pages of this run are, and how its buttons come back to it."""

    def __init__(self, *, page_base: str, run_id: str) -> None:
        self.page_base = page_base  # LIFF address of the run's pages, without a slash at the end
        self.run_id = run_id

    def page(self, section: str = "", path: str = "") -> str:
        address = f"{self.page_base}/{quote(section)}" if section else self.page_base
        return f"{address}?at={quote(path)}" if path else address

    def data(self, nonce: str, token: str) -> str:
        """Postback data: opaque, and routed to this package and run."""
        return f"{PACKAGE}:{self.run_id}:{nonce}:{token}"

    def press(self, nonce: str, choice: says.Choice) -> line.Postback:
        return line.Postback(choice.label, self.data(nonce, choice.token), shown=choice.label)


def draw(items: Sequence[says.SayItem], surface: Surface) -> list[Message]:
    """Return the bubbles for `items`, in order; buttons hang under the last one, as LINE shows them."""
    drawn: list[Message] = []
    noted = ""  # the answer just taken stands at the head of the next question
    for item in items:
        if isinstance(item, says.Noted):
            noted = _noted(item)
            continue
        if noted and not isinstance(item, says.Ask):
            drawn += line.text(noted)
        drawn += _draw(item, surface, noted=noted if isinstance(item, says.Ask) else "")
        noted = ""
    return drawn + (line.text(noted) if noted else [])


def _noted(item: says.Noted) -> str:
    words = f"「{item.shown}」ですね。"
    return f"{words}\n{item.note}" if item.note else words


def _draw(item: says.SayItem, surface: Surface, *, noted: str) -> list[Message]:
    match item:
        case says.Say():
            return line.text(item.text)
        case says.Introduction():
            return _introduction(item)
        case says.Ask():
            return _ask(item, surface, noted=noted)
        case says.OpenPage():
            return _open_page(item, surface)
        case says.Summary():
            return _summary(item, surface)
        case says.Confirm():
            return line.text(
                item.text,
                quick_replies=[surface.press(item.nonce, one) for one in item.choices],
            )
        case says.Contact():
            return _contact(item, surface)
        case says.Noted():
            return line.text(_noted(item))
        case says.Done():
            return line.text(item.thanks)
        case says.Problem():
            return line.text(f"{item.sentence}\n{item.mend}" if item.mend else item.sentence)


def _introduction(item: says.Introduction) -> list[Message]:
    parts = [f"【{item.title}】"]
    if item.summary:
        parts.append(item.summary)
    if item.minutes:
        parts.append(f"かかる時間は{item.minutes}分ほどです。")
    if item.bring:
        parts.append("用意するもの：" + "、".join(item.bring))
    return line.text("\n".join(parts))


def _ask(item: says.Ask, surface: Surface, *, noted: str) -> list[Message]:
    words, answers = _heading(item), _answers(item, surface)
    ways = [surface.press(item.nonce, one) for one in item.buttons]
    essential = [
        surface.press(item.nonce, one) for one in item.buttons if one.token in _ALWAYS_THERE
    ]
    head = f"{noted}\n" if noted else ""
    for buttons in ([*answers, *ways], [*answers, *essential]):
        if not item.view.on_list_page and line.fits(buttons):
            return line.text(f"{head}（{_count(item)}）{words}", quick_replies=buttons)
    before = line.text(noted) if noted else []
    lines = [one for one in answers if isinstance(one, line.Postback)]
    listed = line.listing(kicker=_count(item), title=words, lines=lines, quick_replies=ways)
    if listed is not None and len(lines) == len(answers):
        return [*before, listed]
    link = line.Link("一覧から選ぶ", surface.page(item.section, item.path))
    return [
        *before,
        line.card(title=words, kicker=_count(item), main_button=link, quick_replies=ways),
    ]


def _heading(item: says.Ask) -> str:
    parts = [item.view.prompt or item.text]
    if item.hint:
        parts.append(item.hint)
    if item.now:
        parts.append(f"いまの答え：{item.now}")
    return "\n".join(parts)


def _count(item: says.Ask | says.OpenPage) -> str:
    return f"{item.number} / {item.count}"


def _answers(item: says.Ask, surface: Surface) -> list[Action]:
    view, nonce = item.view, item.nonce
    answers: list[Action] = [surface.press(nonce, one) for one in view.choices]
    answers += [_picker(one, surface.data(nonce, one.token)) for one in view.pickers]
    for sensor in view.sensors:
        if sensor == "camera":
            answers.append(line.Camera(_SENSOR_LABELS[sensor]))
        elif sensor == "camera_roll":
            answers.append(line.CameraRoll(_SENSOR_LABELS[sensor]))
        elif sensor == "location":
            answers.append(line.SendLocation(_SENSOR_LABELS[sensor]))
    answers += [surface.press(nonce, one) for one in view.buttons]
    return answers


def _picker(picker: says.Picker, data: str) -> Action:
    if picker.mode == "date":
        return line.PickDate(
            picker.label, data, _day(picker.initial), _day(picker.least), _day(picker.most)
        )
    if picker.mode == "time":
        return line.PickTime(
            picker.label, data, _time(picker.initial), _time(picker.least), _time(picker.most)
        )
    return line.PickMoment(
        picker.label, data, _moment(picker.initial), _moment(picker.least), _moment(picker.most)
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _open_page(item: says.OpenPage, surface: Surface) -> list[Message]:
    return [
        line.card(
            kicker=_count(item),
            title=item.title or "入力画面をひらく",
            note=item.text or _ON_OUR_PAGE,
            main_button=line.Link("入力画面をひらく", surface.page(item.section, item.path)),
            alt=f"{item.title}：町の入力画面で答えてください。",
            quick_replies=[surface.press(item.nonce, one) for one in item.buttons],
        )
    ]


def _summary(item: says.Summary, surface: Surface) -> list[Message]:
    facts = [(row.label, row.shown) for row in item.rows[:_ROWS_ON_A_CARD]]
    more = len(item.rows) - _ROWS_ON_A_CARD
    note = f"ほかに{more}件あります。「画面で確かめる」で全部見られます。" if more > 0 else ""
    on_page: CardAction = line.Link("画面で確かめる・直す", surface.page())
    ways: list[Action] = [surface.press(item.nonce, one) for one in item.buttons]
    main, quiet = on_page, list[CardAction]()
    if item.ready and item.buttons:
        main, quiet = surface.press(item.nonce, item.buttons[0]), [on_page]
        ways = ways[1:]
    card = line.card(
        kicker="入力した内容",
        title=item.title,
        facts=facts,
        note=note,
        main_button=main,
        quiet_buttons=quiet,
        quick_replies=_corrections(item, surface, ways),
    )
    return [card]


def _corrections(item: says.Summary, surface: Surface, ways: list[Action]) -> list[Action]:
    """Put a button for each answer that may be corrected before the ways out, as far as LINE has room."""
    rows: list[Action] = [
        line.Postback(f"直す：{row.label}", surface.data(item.nonce, row.token), shown=f"直す：{row.label}")
        for row in item.rows
        if row.may_correct and row.token
    ]
    return [*rows, *ways] if line.fits([*rows, *ways]) else ways


def _contact(item: says.Contact, surface: Surface) -> list[Message]:
    facts = [(label, value) for label, value in (("電話", item.telephone), ("受付", item.hours)) if value]
    call = line.Link("電話をかける", f"tel:{item.telephone}") if item.telephone else None
    return [
        line.card(
            kicker="人に聞く",
            title=item.name or "町役場",
            facts=facts,
            note=item.text,
            main_button=call,
            quick_replies=[surface.press(item.nonce, one) for one in item.buttons],
        )
    ]
