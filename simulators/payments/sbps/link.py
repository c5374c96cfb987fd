"""The link type: the page that a form in Shift_JIS leads to, the merchant's CGI, and the way back."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.payments import look
from simulators.payments.courier import Courier, Said
from simulators.payments.sbps.books import METHODS, Books, Order, Refused
from simulators.payments.sbps.fields import read, written

FORM = "/f01/FepBuyInfoReceive.do"
CHARSET = "shift_jis"
DECLINED = "4000000000000002"


class Link:
    """What the payer sees and presses, and what the merchant is told meanwhile."""

    def __init__(self, books: Books, courier: Courier) -> None:
        self.books = books
        self.courier = courier

    def routes(self) -> list[Route]:
        return [
            Route(FORM, self.receive, methods=["POST"]),
            Route("/sbps/{token}", self.show, methods=["GET"]),
            Route("/sbps/{token}", self.press, methods=["POST"]),
        ]

    async def receive(self, request: Request) -> Response:
        try:
            order = self.books.receive(read(await request.body()))
        except Refused as no:
            self.books.world.calls.append(("sbps/form", 400))
            body = look.wrong(str(no)) + f"<p>エラーコード {no.code}</p>"
            return look.page(
                "sbps", "お支払いのページを開けませんでした", body, status=400, charset=CHARSET
            )
        self.books.world.calls.append(("sbps/form", 200))
        return self._page(order)

    async def show(self, request: Request) -> Response:
        order = self.books.by_token(request.path_params["token"])
        if order is None or order.state != "received":
            return self._gone()
        return self._page(order)

    async def press(self, request: Request) -> Response:
        order = self.books.by_token(request.path_params["token"])
        if order is None or order.state != "received":
            return self._gone()
        given = read(await request.body())
        asked = order.asked
        if given.get("way") == "cancel":
            return self._back(order, asked["cancel_url"], {}, "お支払いをやめました")
        method = given.get("method", "")
        if method not in self._methods(order):
            return self._page(order, "お支払い方法を選んでください。")
        if method.startswith("credit") and given.get("number", "").replace(" ", "") == DECLINED:
            return self._page(order, "このカードは使えませんでした。別のカードを使ってください。")
        self.books.authorise(order, method)
        said = await self._tell(order)
        if said is not None and not _is_ok(said):
            # Whether SBPS gives a payment up here is a guess (README): the safe one for a payer.
            self.books.void(order)
            failed = self.books.outcome(order, "NG", charset=CHARSET)
            return self._back(order, asked["error_url"], failed, "お支払いができませんでした")
        self.books.capture(order)
        told = self.books.outcome(order, "OK", charset=CHARSET)
        return self._back(order, asked["success_url"], told, "お支払いが完了しました")

    async def _tell(self, order: Order) -> Said | None:
        """Call the merchant's CGI until it answers `OK,` or `NG,`; None if the call was lost on the way."""
        faults, world = self.books.world.faults, self.books.world
        if faults.take("drop", "sbps/cgi"):
            return None
        late = float(faults.take("delay", "sbps/cgi"))
        if late:
            await asyncio.sleep(late)
        told = self.books.outcome(order, "OK")
        copies = 1 + int(faults.take("duplicate", "sbps/cgi"))
        said = Said(0)
        for turn in range(max(copies, 1 + len(world.settings.retry_waits))):
            said = await self._call(order, told)
            if _is_answer(said) and turn + 1 >= copies:
                break
            if not _is_answer(said) and turn < len(world.settings.retry_waits):
                await asyncio.sleep(world.settings.retry_waits[turn])
        return said

    async def _call(self, order: Order, told: dict[str, str]) -> Said:
        names = list(told)
        self.books.world.dice.shuffle(names)  # the documents say: in any order
        body = written({name: told[name] for name in names})
        headers = {"content-type": "application/x-www-form-urlencoded; charset=Shift_JIS"}
        said = await self.courier.post(order.asked["pagecon_url"], body, headers)
        self.courier.log.append(
            {
                "provider": "sbps",
                "name": "cgi",
                "status": said.status,
                "body": body.decode(),
                "answer": said.body.decode("ascii", "replace"),
            }
        )
        return said

    def _methods(self, order: Order) -> list[str]:
        asked = [name for name in order.asked["pay_method"].split(",") if name in METHODS]
        return asked or list(METHODS)

    def _page(self, order: Order, problem: str = "") -> Response:
        methods = self._methods(order)
        choices = "".join(
            f'<label class="choice"><input type="radio" name="method" value="{name}"{" checked" if place == 0 else ""}> {METHODS[name]}</label>'
            for place, name in enumerate(methods)
        )
        card = (
            '<label for="number">カード番号</label><input type="text" id="number" name="number" inputmode="numeric" '
            'autocomplete="off" value="4242 4242 4242 4242" aria-describedby="cards">'
            '<p class="hint" id="cards">ためし用の番号です。4000 0000 0000 0002 にすると、使えないカードになります。</p>'
        )
        inside = (
            f"<fieldset><legend>お支払い方法</legend>{choices}</fieldset>"
            f"{card if any(name.startswith('credit') for name in methods) else ''}"
            f"{look.button('支払う', name='way', value='pay')}"
            f"{look.button('やめて役場のページにもどる', name='way', value='cancel', is_quiet=True)}"
        )
        amount = int(order.asked["amount"])
        facts = [("内容", order.asked["item_name"])] if order.asked["item_name"] else []
        bill = look.bill(self.books.world, amount, "jpy", facts)
        alarm = look.wrong(problem) if problem else ""
        form = look.form(f"/sbps/{order.token}", [], inside, charset=CHARSET)
        return look.page("sbps", "お支払い", bill + alarm + form, charset=CHARSET)

    def _back(self, order: Order, url: str, told: dict[str, str], words: str) -> Response:
        """Have the payer's browser post the result to the merchant, as a person would press a button."""
        if self.books.world.faults.take("no_return", "sbps"):
            return look.page(
                "sbps", words, "<p>この画面は閉じてもかまいません。</p>", charset=CHARSET
            )
        form = look.form(
            url, told.items(), look.button("役場のページにもどる"), charset=CHARSET, name="back"
        )
        script = "<script>document.forms.back.submit()</script>"
        return look.page("sbps", words, form + script, charset=CHARSET)

    def _gone(self) -> Response:
        words = "<p>このお支払いは、すでに手続きが済んでいるか、取り消されています。</p>"
        return look.page("sbps", "お支払いできません", words, status=410, charset=CHARSET)


def _is_answer(said: Said) -> bool:
    return said.is_fine and said.body.strip()[:3] in (b"OK,", b"NG,")


def _is_ok(said: Said) -> bool:
    return _is_answer(said) and said.body.strip().startswith(b"OK,")
