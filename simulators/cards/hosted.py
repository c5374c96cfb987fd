"""The pages where somebody holds a card: choose it, type its PIN, go back to the town."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.cards import words
from simulators.cards.cards import PINS, Card
from simulators.cards.page import e, page
from simulators.cards.people import Purpose
from simulators.cards.world import Errand, Parting, World

_FIRST = 2  # cards without a problem are offered first
_PICTURE = (
    '<svg class="picture" viewBox="0 0 176 96" fill="none" stroke="currentColor" stroke-width="4" aria-hidden="true">'
    '<rect x="66" y="6" width="44" height="84" rx="7"/><path d="M82 14h12"/>'
    '<rect x="28" y="26" width="74" height="46" rx="5" fill="var(--soft)"/><path d="M38 40h20M38 50h34M38 60h26"/>'
    '<rect x="84" y="38" width="10" height="10" rx="2"/>'
    '<path d="M122 36c6 7 6 17 0 24M134 28c10 12 10 28 0 40M146 20c14 17 14 39 0 56"/></svg>'
)
Answer = Callable[[Request, Errand], Awaitable[Response]]


class WrongPin(Exception):
    """The PIN was wrong and the card is not locked yet."""


def hold(errand: Errand, card: Card, pin: str) -> Parting:
    """Hold `card` and type `pin`.

    Raises:
        WrongPin: it can be tried again.
    """
    purpose = errand.purpose
    if card.certificate(purpose) is None:
        return errand.gave_up("no_signature_certificate")
    if card.is_locked(purpose):
        return errand.gave_up("pin_locked")
    if card.try_pin(purpose, pin):
        return errand.held(card)
    if card.is_locked(purpose):
        return errand.gave_up("pin_locked")
    raise WrongPin


class Hosted:
    """The pages of the operator and of the app, which ask for the same things."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/h/{token}", self._of_errand(self.choose), methods=["GET"]),
            Route("/h/{token}", self._of_errand(self.go_on), methods=["POST"]),
        ]

    async def choose(self, request: Request, errand: Errand) -> Response:
        return self._choice(errand)

    async def go_on(self, request: Request, errand: Errand) -> Response:
        form = {key: str(to) for key, to in (await request.form()).items()}
        if reason := form.get("give_up"):
            return self._part(errand, errand.gave_up(reason))
        card = self.world.cards.get(form.get("card", ""))
        if card is None:
            return self._choice(errand, problem=words.SAY[errand.locale]["pick"])
        if "pin" not in form and not _is_hopeless(card, errand.purpose):
            return self._pin(errand, card)
        try:
            return self._part(errand, hold(errand, card, form.get("pin", "")))
        except WrongPin:
            left = card.left[errand.purpose]
            return self._pin(errand, card, words.SAY[errand.locale]["wrong"].format(left=left))

    def _of_errand(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def visit(request: Request) -> Response:
            errand = self.world.errands.get(request.path_params["token"])
            if errand is None:
                say = words.SAY["ja"]
                return page(
                    say["lost"],
                    f"<p>{say['lost_words']}</p>",
                    company=words.COMPANY["ja"],
                    status=404,
                )
            if errand.is_open:
                return await answer(request, errand)
            late = self.world.now() > errand.good_until
            return self._message(errand, "late" if late else "over", errand.back())

        return visit

    def _choice(self, errand: Errand, *, problem: str = "") -> Response:
        say = words.SAY[errand.locale]
        cards = list(self.world.cards.values())
        others = say["others"].format(count=len(cards) - _FIRST)
        missing = ("app_missing", say["no_app"]) if errand.by_app else ("no_card", say["no_card"])
        return self._page(
            errand,
            say["choose"],
            f"{_steps(say, 1)}{_problem(problem)}{self._facts(errand)}{_PICTURE}<p>{say['hold']}</p>"
            f'<form method="post"><fieldset><legend>{say["whose"]}</legend>'
            f"{''.join(_choice_of(card, checked=not n) for n, card in enumerate(cards[:_FIRST]))}"
            f"<details><summary>{others}</summary>"
            f"{''.join(_choice_of(card) for card in cards[_FIRST:])}</details></fieldset>"
            f'<button class="main">{say["next"]}</button></form>'
            f"{_leave(*missing)}{_leave('cancelled', say['give_up'])}",
        )

    def _pin(self, errand: Errand, card: Card, problem: str = "") -> Response:
        say, purpose = words.SAY[errand.locale], errand.purpose
        numeric = (
            ' inputmode="numeric"' if purpose == "authenticate" else ' autocapitalize="characters"'
        )
        wrong = ' aria-invalid="true"' if problem else ""
        return self._page(
            errand,
            say["pin_title"],
            f"{_steps(say, 2)}{_problem(problem)}"
            f"<p>{e(say['read'].format(name=card.person.name))}</p>{self._facts(errand)}"
            f'<form method="post"><input type="hidden" name="card" value="{card.key}">'
            f'<label class="field" for="pin">{say[f"pin_{purpose}"]}</label>'
            f'<input id="pin" name="pin" type="password" autocomplete="off" required autofocus{numeric}{wrong} aria-describedby="hint">'
            f'<p class="hint" id="hint">{e(say["pin_hint"].format(pin=PINS[purpose]))}</p>'
            f'<button class="main">{say[f"do_{purpose}"]}</button></form>'
            f'<a class="button quiet" href="">{say["other"]}</a>'
            f"{_leave('cancelled', say['give_up'])}",
        )

    def _part(self, errand: Errand, parting: Parting) -> Response:
        """Send the browser back; somebody whose card did not do is told so first."""
        faults = self.world.faults
        if parting.reason and parting.reason != "cancelled":
            return self._message(errand, "stopped", parting)
        if faults.take("no_return"):
            say = words.SAY[errand.locale]
            return self._page(errand, say["done"], f"<p>{say['return']}</p>")
        if faults.take("other_browser"):
            say = words.SAY[errand.locale]
            address = f'<p><code id="address">{e(parting.location)}</code></p>'
            return self._page(errand, say["done"], f"<p>{say['elsewhere']}</p>{address}")
        return RedirectResponse(parting.location, 303)

    def _message(self, errand: Errand, title: str, parting: Parting) -> Response:
        say = words.SAY[errand.locale]
        told = words.REASONS[errand.locale].get(parting.reason, "") or say.get(f"{title}_words", "")
        return self._page(
            errand,
            say[title],
            f"<p>{e(told)}</p>"
            f'<a class="button main" href="{e(parting.location)}">{say["back"]}</a>',
        )

    def _facts(self, errand: Errand) -> str:
        say = words.SAY[errand.locale]
        names = words.ATTRIBUTES[errand.locale]
        comma = ", " if errand.locale == "en" else "、"
        told = comma.join(names[one] for one in errand.attributes) or say["nothing"]
        facts = [(say["asked_by"], self.world.settings.town)]
        if errand.title:
            facts.append((say["subject"], errand.title))
        facts += [(say["purpose"], words.doing(errand.purpose, errand.locale)), (say["told"], told)]
        rows = "".join(f"<dt>{e(name)}</dt><dd>{e(to)}</dd>" for name, to in facts)
        return f"<dl>{rows}</dl>"

    def _page(self, errand: Errand, title: str, body: str) -> Response:
        company = (words.APP if errand.by_app else words.COMPANY)[errand.locale]
        return page(title, body, company=company, locale=errand.locale)


def _is_hopeless(card: Card, purpose: Purpose) -> bool:
    """Say whether no PIN helps, so that none is asked."""
    return card.certificate(purpose) is None or card.is_locked(purpose)


def _choice_of(card: Card, *, checked: bool = False) -> str:
    mark = " checked" if checked else ""
    return (
        f'<label class="card"><input type="radio" name="card" value="{card.key}" required{mark}>'
        f"<span><b>{e(card.person.name)}</b><small>{e(card.blank.note)}</small></span></label>"
    )


def _leave(reason: str, label: str) -> str:
    return (
        f'<form method="post"><button class="quiet" name="give_up" value="{reason}">'
        f"{label}</button></form>"
    )


def _problem(text: str) -> str:
    return f'<p class="bad" role="alert"><b>{e(text)}</b></p>' if text else ""


def _steps(say: dict[str, str], now: int) -> str:
    here = ' aria-current="step"'
    marks = (f"<li{here if n == now else ''}>{n} {say[f'step{n}']}</li>" for n in (1, 2, 3))
    return f'<ol class="steps">{"".join(marks)}</ol>'
