"""What the engine says, as LINE messages. Pure: no tables, no clock."""

from collections.abc import Sequence
from datetime import date, datetime, time
from urllib.parse import quote

from yakuba.line import messages as line
from yakuba.line.messages import Action, CardAction, Message
from yakuba.procedures.chat import wording
from yakuba.procedures.definition import Text
from yakuba.procedures.rules import says

PACKAGE = "procedures"
_ROWS_ON_A_CARD = 12
_ALWAYS_THERE = (
    ".back",
    ".skip",
    ".stop",
    ".person",
)  # the ways out that never give way to choices
_ON_OUR_PAGE = "ここからは、町の入力画面で答えてください。"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Surface:
    """Where pages of this run are, how its buttons come back to it, and the reader's language."""

    def __init__(
        self, *, page_base: str, run_id: str, language: str = "ja", others: Sequence[str] = ()
    ) -> None:
        self.language = language
        self.others = others  # languages that the procedure is also written in
        self.page_base = page_base  # LIFF address of the run's pages, without a slash at the end
        self.run_id = run_id

    def words(self, text: Text, **facts: object) -> str:
        return text.pick(self.language).format(**facts)

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
    was_wrong = False
    for item in items:
        if isinstance(item, says.Noted):
            noted = _noted(item, surface)
            continue
        if noted and not isinstance(item, says.Ask):
            drawn += line.text(noted)
        if isinstance(item, says.Ask):
            drawn += _ask(item, surface, noted=noted, numbered=was_wrong)
        else:
            drawn += _draw(item, surface)
        noted = ""
        was_wrong = was_wrong or isinstance(item, says.Problem)
    return drawn + (line.text(noted) if noted else [])


def _noted(item: says.Noted, surface: Surface) -> str:
    words = surface.words(wording.NOTED, answer=item.shown) if item.shown else ""
    return "\n".join(part for part in (words, item.note) if part)


def _draw(item: says.SayItem, surface: Surface) -> list[Message]:
    match item:
        case says.Say():
            return line.text(item.text)
        case says.Introduction():
            return _introduction(item, surface)
        case says.Ask():
            return _ask(item, surface)
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
            return line.text(_noted(item, surface))
        case says.Done():
            return line.text(item.thanks)
        case says.Problem():
            return line.text(f"{item.sentence}\n{item.mend}" if item.mend else item.sentence)


def _introduction(item: says.Introduction, surface: Surface) -> list[Message]:
    parts = [f"【{item.title}】"]
    if item.summary:
        parts.append(item.summary)
    if item.minutes:
        parts.append(surface.words(wording.MINUTES, minutes=item.minutes))
    if item.bring:
        parts.append(surface.words(wording.BRING, things="、".join(item.bring)))
    if surface.language == "ja":
        parts += [words for key, words in wording.OTHER_LANGUAGES.items() if key in surface.others]
    return line.text("\n".join(parts))


def _ask(
    item: says.Ask, surface: Surface, *, noted: str = "", numbered: bool = False
) -> list[Message]:
    words, answers = _heading(item, surface), _answers(item, surface)
    ways = [surface.press(item.nonce, one) for one in item.buttons]
    essential = [
        surface.press(item.nonce, one) for one in item.buttons if one.token in _ALWAYS_THERE
    ]
    head = f"{noted}\n" if noted else ""
    count = surface.words(wording.COUNT, number=item.number, count=item.count)
    for beside in (ways, essential):
        buttons = [*answers, *beside]
        if beside and not item.view.on_list_page and line.fits(buttons):
            listed = _numbered(item) if numbered else ""
            return line.text(f"{head}{count}{words}{listed}", quick_replies=buttons)
    before = line.text(noted) if noted else []
    lines = [one for one in answers if isinstance(one, line.Postback)]
    card = line.listing(kicker=_count(item), title=words, lines=lines, quick_replies=ways)
    if card is not None and len(lines) == len(answers):
        return [*before, card]
    link = line.Link(surface.words(wording.FROM_LIST), surface.page(item.section, item.path))
    return [
        *before,
        line.card(title=words, kicker=_count(item), main_button=link, quick_replies=ways),
    ]


def _numbered(item: says.Ask) -> str:
    """List the choices with the numbers one may type: LINE on a computer shows no buttons."""
    shown = [choice.label for choice in item.view.widget.choices]
    left = {choice.label for choice in item.view.choices}
    if item.view.widget.name == "rating" or not left or len(shown) > len(_CIRCLED):
        return ""
    rows = [f"{_CIRCLED[place]} {label}" for place, label in enumerate(shown) if label in left]
    return "\n" + "\n".join(rows) if rows else ""


def _heading(item: says.Ask, surface: Surface) -> str:
    parts = [item.view.prompt or item.text]
    if item.hint:
        parts.append(item.hint)
    if item.now:
        parts.append(surface.words(wording.NOW, answer=item.now))
    return "\n".join(parts)


def _count(item: says.Ask | says.OpenPage) -> str:
    return f"{item.number} / {item.count}"


def _answers(item: says.Ask, surface: Surface) -> list[Action]:
    view, nonce = item.view, item.nonce
    answers: list[Action] = [surface.press(nonce, one) for one in view.choices]
    answers += [_picker(one, surface.data(nonce, one.token)) for one in view.pickers]
    for sensor in view.sensors:
        if sensor == "camera":
            answers.append(line.Camera(surface.words(wording.BY_CAMERA)))
        elif sensor == "camera_roll":
            answers.append(line.CameraRoll(surface.words(wording.BY_ROLL)))
        elif sensor == "location":
            answers.append(line.SendLocation(surface.words(wording.BY_PLACE)))
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
    open_page = surface.words(wording.PAGE)
    return [
        line.card(
            kicker=_count(item),
            title=item.title or open_page,
            note=_why_on_page(item, surface),
            main_button=line.Link(open_page, surface.page(item.section, item.path)),
            alt=surface.words(wording.PAGE_ALT, title=item.title or open_page),
            quick_replies=[surface.press(item.nonce, one) for one in item.buttons],
        )
    ]


def _why_on_page(item: says.OpenPage, surface: Surface) -> str:
    if item.is_elsewhere:
        return surface.words(wording.ELSEWHERE)
    return surface.words(wording.PAGE_WORDS) if item.text else ""


def _summary(item: says.Summary, surface: Surface) -> list[Message]:
    facts = [
        (row.label, f"{row.shown}（{row.source}）" if row.source else row.shown)
        for row in item.rows[:_ROWS_ON_A_CARD]
    ]
    more = len(item.rows) - _ROWS_ON_A_CARD
    note = surface.words(wording.MORE_ROWS, more=more) if more > 0 else ""
    if item.cost is not None:
        facts += [
            (row.label, f"{row.amount}（{row.detail}）" if row.detail else row.amount)
            for row in item.cost.rows
        ]
        facts.append((f"{item.cost.title}（{item.cost.total_label}）", item.cost.total))
        note = "\n".join(one for one in (note, item.cost.note) if one)
    on_page: CardAction = line.Link(surface.words(wording.ON_PAGE), surface.page())
    ways: list[Action] = [surface.press(item.nonce, one) for one in item.buttons]
    main, quiet = on_page, list[CardAction]()
    if item.ready and item.buttons:
        main, quiet = surface.press(item.nonce, item.buttons[0]), [on_page]
    card = line.card(
        kicker=surface.words(wording.ENTERED),
        title=item.title,
        facts=facts,
        note=note,
        main_button=main,
        quiet_buttons=quiet,
        quick_replies=_corrections(item, surface, ways),
    )
    return [card]


def _corrections(item: says.Summary, surface: Surface, ways: list[Action]) -> list[Action]:
    """Put handing in first and a button for each answer before the ways out, if LINE has room."""
    first, rest = ways[:1], ways[1:]
    rows: list[Action] = []
    for row in item.rows:
        if row.may_correct and row.token:
            words = surface.words(wording.CHANGE, label=row.label)
            rows.append(line.Postback(words, surface.data(item.nonce, row.token), shown=words))
    return [*first, *rows, *rest] if line.fits([*first, *rows, *rest]) else ways


def _contact(item: says.Contact, surface: Surface) -> list[Message]:
    told = ((wording.TELEPHONE, item.telephone), (wording.HOURS, item.hours))
    facts = [(surface.words(label), value) for label, value in told if value]
    call = None
    if item.telephone:
        call = line.Link(surface.words(wording.CALL), f"tel:{item.telephone}")
    return [
        line.card(
            kicker=surface.words(wording.ASK),
            title=item.name or surface.words(wording.TOWN_HALL),
            facts=facts,
            note=item.text,
            main_button=call,
            quick_replies=[surface.press(item.nonce, one) for one in item.buttons],
        )
    ]
