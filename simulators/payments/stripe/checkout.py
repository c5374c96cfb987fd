"""The hosted page of Checkout: by card, at a convenience store, or with PayPay."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.payments import look
from simulators.payments.courier import Courier
from simulators.payments.stripe.objects import Books, Wrong
from simulators.payments.stripe.telling import tell
from simulators.payments.world import Json

DECLINED = "4000000000000002"
_LABELS = {"card": "クレジットカード", "konbini": "コンビニ払い", "paypay": "PayPay"}


class Checkout:
    """What the payer sees and presses."""

    def __init__(self, books: Books, courier: Courier) -> None:
        self.books = books
        self.courier = courier

    def routes(self) -> list[Route]:
        return [
            Route("/stripe/c/pay/{id}", self.show, methods=["GET"]),
            Route("/stripe/c/pay/{id}", self.press, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        session, no = self._open(request.path_params["id"])
        await tell(self.books, self.courier)
        return no if no is not None else self._page(session)

    async def press(self, request: Request) -> Response:
        session, no = self._open(request.path_params["id"])
        if no is not None:
            await tell(self.books, self.courier)
            return no
        given = await request.form()
        method = str(given.get("method") or session["payment_method_types"][0])
        if given.get("way") == "cancel":
            return RedirectResponse(session["cancel_url"] or session["success_url"], 303)
        number = str(given.get("number") or "").replace(" ", "")
        if method not in session["payment_method_types"]:
            return self._page(session, "お支払い方法を選んでください。")
        if method == "card" and number == DECLINED:
            self.books.declined(session)
            await tell(self.books, self.courier)
            return self._page(
                session,
                "このカードは使えませんでした。別のカードか、別のお支払い方法を選んでください。",
            )
        if method == "card" and not (number.isdigit() and 13 <= len(number) <= 19):
            return self._page(session, "カード番号は数字13〜19けたで入力してください。")
        self.books.pay(session, method)
        await tell(self.books, self.courier)
        return self._done(session, method)

    def _open(self, wanted: str) -> tuple[Json, Response | None]:
        """Find a session that can be paid, else the page that says why not."""
        try:
            session = self.books.session(wanted)
        except Wrong:
            return {}, look.page(
                "stripe",
                "ページが見つかりません",
                "<p>このお支払いのページはありません。</p>",
                status=404,
            )
        late = session["status"] == "expired" and self.books.world.faults.peek(
            "paid_after_expiry", "stripe"
        )
        if session["status"] == "open" or late:
            return session, None
        if session["status"] == "complete":
            return session, look.paid(
                "stripe", "このお支払いはすでに手続きが済んでいます。", session["success_url"]
            )
        back = look.link(
            "役場のページにもどる", session["cancel_url"] or session["success_url"], is_quiet=True
        )
        return session, look.page(
            "stripe",
            "このページの期限が過ぎました",
            f"<p>お支払いは行われていません。</p>{back}",
            status=410,
        )

    def _page(self, session: Json, problem: str = "") -> Response:
        methods = session["payment_method_types"]
        choices = "".join(
            f'<label class="choice"><input type="radio" name="method" value="{method}"{" checked" if place == 0 else ""}> {_LABELS[method]}</label>'
            for place, method in enumerate(methods)
        )
        card = (
            '<label for="number">カード番号</label><input type="text" id="number" name="number" inputmode="numeric" '
            'autocomplete="off" value="4242 4242 4242 4242" aria-describedby="cards">'
            '<p class="hint" id="cards">ためし用の番号です。4000 0000 0000 0002 にすると、使えないカードになります。</p>'
        )
        inside = (
            f"<fieldset><legend>お支払い方法</legend>{choices}</fieldset>"
            f"{card if 'card' in methods else ''}"
            f"{look.button('支払う', name='way', value='pay')}"
            f"{look.button('やめて役場のページにもどる', name='way', value='cancel', is_quiet=True)}"
        )
        bill = look.bill(
            self.books.world,
            session["amount_total"],
            session["currency"],
            [
                (name, look.yen(amount, session["currency"]))
                for name, amount in session["line_items_shown"]
            ],
        )
        alarm = look.wrong(problem) if problem else ""
        return look.page("stripe", "お支払い", f"{bill}{alarm}{look.form('', [], inside)}")

    def _done(self, session: Json, method: str) -> Response:
        back = str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
        if method == "konbini":
            return self._voucher(session, back)
        if self.books.world.faults.take("no_return", "stripe"):
            return look.paid("stripe", "お支払いを受け付けました。", "")
        return RedirectResponse(back, 303)

    def _voucher(self, session: Json, back: str) -> Response:
        action = self.books.intents[session["payment_intent"]]["next_action"]
        stores = action["konbini_display_details"]["stores"]
        labels: dict[str, Callable[[Json], str]] = {
            "familymart": lambda one: f"ファミリーマート　お客様番号 {one['confirmation_number']}",
            "lawson": lambda one: f"ローソン　受付番号 {one['confirmation_number']}",
        }
        rows = "".join(f"<p>{labels[name](one)}</p>" for name, one in stores.items())
        body = (
            f"<p>3日以内にお店で {look.yen(session['amount_total'])} をお支払いください。</p>"
            f'<section class="sheet" aria-label="払込番号">{rows}</section>{look.link("役場のページにもどる", back)}'
            '<p class="hint">ためしでは、「銀行」の画面の「お店で払った」を押すと、払ったことになります。</p>'
        )
        return look.page("stripe", "コンビニでお支払いください", body)
