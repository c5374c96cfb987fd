"""The page beside the demonstration: whose cards there are, and what can happen to them."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.cards.book import Book
from simulators.cards.cards import PINS, Card
from simulators.cards.page import e, page
from simulators.cards.people import Purpose
from simulators.cards.verifications import Verifications
from simulators.cards.world import World

_KINDS: tuple[tuple[Purpose, str], ...] = (("sign", "署名用"), ("authenticate", "利用者証明用"))


def routes(world: World, book: Book, counter: Verifications) -> list[Route]:
    async def show(request: Request) -> Response:
        cards = "".join(_article(world, card) for card in world.cards.values())
        return page(
            "マイナンバーカードの箱",
            "<p>ここの人とカードは、すべて架空です。カードは、手続の途中で開く「スマホにカードをかざす」のページで使います。</p>"
            f"<p>暗証番号は、署名用が <b>{PINS['sign']}</b>、利用者証明用が <b>{PINS['authenticate']}</b> です。</p>"
            f"{cards}",
            company="カード確認サービス（模擬）",
        )

    async def change(request: Request) -> Response:
        card = world.cards.get(request.path_params["card"])
        deed = str((await request.form()).get("do", ""))
        if card is None:
            return RedirectResponse("/cards/", 303)
        now = world.authority.now()
        if deed == "move" and (certificate := card.revoke("sign", "affiliation_changed", now)):
            counter.revoked(certificate, "affiliation_changed", now)
        elif deed == "lose":
            for purpose, _ in _KINDS:
                if certificate := card.revoke(purpose, "key_compromise", now):
                    counter.revoked(certificate, "key_compromise", now)
        elif deed == "restore":
            for purpose, _ in _KINDS:
                card.restore(purpose)
            card.unlock()
        book.save()
        return RedirectResponse(f"/cards/#{card.key}", 303)

    return [
        Route("/cards/", show, methods=["GET"]),
        Route("/cards/{card}", change, methods=["POST"]),
    ]


def _article(world: World, card: Card) -> str:
    person = card.person
    rows = "".join(
        f"<dt>{label}</dt><dd>{e(_standing(world, card, purpose))}</dd>"
        for purpose, label in _KINDS
    )
    return (
        f'<section id="{card.key}"><h2>{e(person.name)}</h2><p class="hint">{e(card.blank.note)}</p>'
        f"<dl><dt>住所</dt><dd>{e(person.address)}</dd>"
        f"<dt>生年月日</dt><dd>{person.born.year}年{person.born.month}月{person.born.day}日</dd>{rows}</dl>"
        f'<form method="post" action="/cards/{card.key}">{_buttons(card)}</form></section>'
    )


def _buttons(card: Card) -> str:
    deeds: Iterable[tuple[str, str]] = (
        ("move", "引っ越す（署名用が失効）"),
        ("lose", "カードをなくす（両方が失効）"),
        ("restore", "もとにもどす"),
    )
    name = e(card.person.name)
    return "".join(
        f'<button class="quiet" name="do" value="{deed}" aria-label="{name}（{e(card.blank.note)}）：{label}">'
        f"{label}</button>"
        for deed, label in deeds
    )


def _standing(world: World, card: Card, purpose: Purpose) -> str:
    certificate = card.certificate(purpose)
    if certificate is None:
        return "なし"
    if card.is_locked(purpose):
        return "ロックされている"
    if certificate.serial_number in world.authority.revoked:
        reason = world.authority.revoked[certificate.serial_number].reason
        return f"失効（{reason}）"
    if certificate.not_valid_after_utc < world.now():
        return "期限切れ"
    return "有効"
