"""From what a clerk composed to the messages that LINE takes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

from yakuba.broadcasts.rules import words as house
from yakuba.broadcasts.rules.content import (
    Button,
    Content,
    CouponPart,
    EventPart,
    ImagePart,
    LinkPart,
    ListPart,
    NoticePart,
    PagePart,
    Part,
    TextPart,
    Texts,
    VideoPart,
)
from yakuba.broadcasts.rules.variables import filled
from yakuba.line import messages as line
from yakuba.line.messages import Message
from yakuba.line.messages.limits import MESSAGES

# Japanese punctuation ends an address in a running text; so does whatever would not be one.
ADDRESS = re.compile(r"https?://[^\s　、。「」『』（）()<>\"'｛｝{}]+")
_MAP = "https://www.google.com/maps/search/?api=1&query="


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as LINE fetches it: its address, that of its small picture, and its measures."""

    url: str
    preview: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What a message needs besides its content.

    `values` are variables by name, `links` measured addresses by the address they lead to, `page` the address
    of the delivery's own page and `why` of its reasons; where they are empty nothing leads there. `press` makes
    the data of a button that begins a procedure in the talk, `form` the address that begins it as a page.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[UUID, Shown] = field(default_factory=dict)
    page: str = ""
    why: str = ""
    press: Callable[[str], str] = "broadcasts:look:{}".format
    form: Callable[[str], str] = "https://page.invalid/x/{}/".format
    mark: str = ""  # stands before the first words: 【テスト】


def drawn(content: Content, *, language: str, around: Around) -> list[Message]:
    """Return the messages, at most five, as somebody with this language gets them.

    Raises:
        NothingToSay, LinkNotPossible: a part is not finished.
        TooMuchToSay: LINE takes no more than five messages.
    """
    artist = _Artist(language, around)
    messages = [one for part in content.parts for one in artist.part(part)]
    if around.mark:
        messages = (
            [*line.text(around.mark), *messages]
            if not _says(messages)
            else _marked(messages, around.mark)
        )
    if len(messages) > MESSAGES:
        raise line.TooMuchToSay(limit=MESSAGES)
    if not messages:
        raise line.NothingToSay
    if around.why:
        reasons = line.Link(house.WHY.of(language), around.why)
        messages[-1] = line.with_small_link(messages[-1], reasons)
    return line.packed(messages)[0]


def _says(messages: Sequence[Message]) -> bool:
    return bool(messages) and messages[0]["type"] == "text"


def _marked(messages: Sequence[Message], mark: str) -> list[Message]:
    first = line.text(f"{mark}\n{messages[0]['text']}")
    return [*first, *messages[1:]]


def measured(text: str, links: Mapping[str, str]) -> str:
    """Return `text` with every address replaced that is measured."""
    return ADDRESS.sub(lambda found: links.get(found[0], found[0]), text)


def addresses(content: Content) -> list[str]:
    """Return every address that a reader may open, each once, in order."""
    found: list[str] = []
    for part in content.parts:
        found += _addresses_of(part)
    return list(dict.fromkeys(found))


def _addresses_of(part: Part) -> list[str]:
    match part:
        case TextPart():
            said = [ADDRESS.findall(part.text.in_(language)) for language in part.text.languages]
            return [address for one in said for address in one]
        case ImagePart() | LinkPart():
            return [part.url.strip()] if part.url.strip() else []
        case NoticePart() | EventPart():
            return [one.target.strip() for one in part.buttons if one.kind == "link" and one.target]
        case ListPart():
            return [one.url.strip() for one in part.items if one.url.strip()]
    return []


class _Artist:
    """Draws parts in one language; holds nothing else."""

    def __init__(self, language: str, around: Around) -> None:
        self._language = language
        self._around = around

    def part(self, part: Part) -> list[Message]:
        match part:
            case TextPart():
                return line.text(measured(self._say(part.text), self._around.links))
            case ImagePart():
                return [self._image(part)]
            case VideoPart():
                return [self._video(part)]
            case LinkPart():
                return [self._link(part)]
            case NoticePart():
                return [self._notice(part)]
            case EventPart():
                return [self._event(part)]
            case ListPart():
                return [self._list(part)]
            case CouponPart():
                return [self._coupon(part)]
            case PagePart():
                return [self._page(part)]

    def _say(self, texts: Texts, otherwise: Texts | None = None) -> str:
        said = texts.of(self._language)
        if not said.strip() and otherwise is not None:
            said = otherwise.of(self._language)
        return filled(said, self._around.values)

    def _shown(self, media: UUID | None) -> Shown | None:
        return self._around.media.get(media) if media is not None else None

    def _picture(self, media: UUID | None) -> str:
        shown = self._shown(media)
        return shown.url if shown else ""

    def _leads(self, url: str) -> str:
        return self._around.links.get(url.strip(), url)

    def _image(self, part: ImagePart) -> Message:
        shown = self._shown(part.media)
        if shown is None:
            raise line.NothingToSay
        if not part.url.strip():
            return line.image(shown.url, shown.preview)
        label = self._say(house.OPEN)
        return line.tappable_image(
            shown.url,
            link=line.Link(label, self._leads(part.url)),
            alt=self._say(part.alt),
            shape=(shown.width, shown.height),
        )

    def _video(self, part: VideoPart) -> Message:
        film, cover = self._shown(part.media), self._shown(part.cover)
        if film is None or cover is None:
            raise line.NothingToSay
        return line.video(film.url, cover.preview or cover.url)

    def _link(self, part: LinkPart) -> Message:
        return line.card(
            title=self._say(part.title),
            note=self._say(part.words),
            image=self._picture(part.picture),
            main_button=line.Link(self._say(part.label, house.OPEN), self._leads(part.url)),
        )

    def _notice(self, part: NoticePart) -> Message:
        facts = [(self._say(row.label), self._say(row.value)) for row in part.facts]
        return self._card(
            part.title, part.kicker, house.NOTICE, facts, part.words, part.buttons, part.picture
        )

    def _event(self, part: EventPart) -> Message:
        told = [
            (house.WHEN, part.when),
            (house.WHERE, part.where),
            (house.WHO, part.who),
            (house.FEE, part.fee),
            (house.BRING, part.bring),
        ]
        facts = [(self._say(label), self._say(value)) for label, value in told if value.ja.strip()]
        return self._card(
            part.title, Texts(), house.EVENT, facts, part.words, part.buttons, part.picture
        )

    def _list(self, part: ListPart) -> Message:
        label = self._say(house.OPEN)
        lines = [
            line.Entry(
                self._say(one.title),
                self._say(one.words),
                line.Link(label, self._leads(one.url)) if one.url.strip() else None,
            )
            for one in part.items
        ]
        return line.entries(title=self._say(part.title), lines=lines, note=self._say(part.words))

    def _coupon(self, part: CouponPart) -> Message:
        told = [(house.UNTIL, part.until), (house.WHERE, part.where), (house.HOW, part.how)]
        facts = [(self._say(label), self._say(value)) for label, value in told if value.ja.strip()]
        code = part.code.strip()
        if code:
            facts.insert(0, (self._say(house.CODE), code))
        return line.card(
            kicker=self._say(house.COUPON),
            title=self._say(part.title),
            facts=facts,
            note=self._say(part.words),
            image=self._picture(part.picture),
            main_button=line.Copy(self._say(house.COPY), code) if code else None,
        )

    def _page(self, part: PagePart) -> Message:
        page = self._around.page or "https://page.invalid/"
        return line.card(
            title=self._say(part.title),
            note=self._say(part.lead),
            main_button=line.Link(self._say(part.label, house.READ_ON), page),
        )

    def _card(
        self,
        title: Texts,
        kicker: Texts,
        usual_kicker: Texts,
        facts: Sequence[tuple[str, str]],
        words: Texts,
        buttons: Sequence[Button],
        picture: UUID | None,
    ) -> Message:
        actions = [self._action(one) for one in buttons]
        return line.card(
            kicker=self._say(kicker, usual_kicker),
            title=self._say(title),
            facts=facts,
            note=measured(self._say(words), self._around.links),
            image=self._picture(picture),
            main_button=actions[0] if actions else None,
            quiet_buttons=actions[1:],
        )

    def _action(self, button: Button) -> line.CardAction:
        label = self._say(button.label, house.BUTTONS[button.kind])
        target = button.target.strip()
        match button.kind:
            case "procedure":
                return line.Postback(label, self._around.press(target), shown=label)
            case "page":
                return line.Link(label, self._around.form(target))
            case "telephone":
                return line.Link(label, f"tel:{re.sub(r'[^0-9+-]', '', target)}")
            case "map":
                return line.Link(label, _MAP + quote(filled(target, self._around.values), safe=""))
            case "link":
                return line.Link(label, self._leads(target))
