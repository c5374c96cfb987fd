"""The page of a code: a square to read with the app, or a button on the phone itself."""

import io

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.payments import look
from simulators.payments.courier import Courier
from simulators.payments.paypay.books import Books
from simulators.payments.world import Json

_OVER = {
    "EXPIRED": "このコードの期限（5分）が過ぎました。",
    "CANCELED": "このコードは取り消されました。",
    "FAILED": "このお支払いはできませんでした。",
}


class Cashier:
    """What the payer sees and presses."""

    def __init__(self, books: Books, courier: Courier) -> None:
        self.books = books
        self.courier = courier

    def routes(self) -> list[Route]:
        return [
            Route("/paypay/{code}", self.show, methods=["GET"]),
            Route("/paypay/{code}", self.press, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        payment, no = self._open(request.path_params["code"])
        return no if no is not None else self._page(payment)

    async def press(self, request: Request) -> Response:
        payment, no = self._open(request.path_params["code"])
        if no is not None:
            return no
        given = await request.form()
        back = str(payment["redirectUrl"] or "")
        if given.get("way") == "cancel":
            # PayPay has no "cancelled" address: the payer goes back by hand, and the code stays good.
            return RedirectResponse(back, 303) if back else self._page(payment)
        self.books.pay(payment)
        await self.books.tell(self.courier, payment, "COMPLETED")
        if not back or self.books.world.faults.take("no_return", "paypay"):
            return look.paid("paypay", "PayPayで支払いました。", "")
        return RedirectResponse(back, 303)

    def _open(self, code: str) -> tuple[Json, Response | None]:
        faults = self.books.world.faults
        payment = self.books.by_code(code)
        if payment is None:
            words = "<p>このお支払いのページはありません。</p>"
            return {}, look.page("paypay", "ページが見つかりません", words, status=404)
        if faults.peek("abroad", "paypay"):
            words = "<p>日本国外からは、PayPayのお支払いページを使えません。</p>"
            back = look.link(
                "役場のページにもどる", str(payment["redirectUrl"] or ""), is_quiet=True
            )
            return payment, look.page("paypay", "ご利用いただけません", words + back, status=403)
        if payment["status"] in ("COMPLETED", "REFUNDED"):
            words = "このお支払いはすでに済んでいます。"
            return payment, look.paid("paypay", words, str(payment["redirectUrl"] or ""))
        if payment["status"] in _OVER and not faults.peek("paid_after_expiry", "paypay"):
            back = look.link(
                "役場のページにもどる", str(payment["redirectUrl"] or ""), is_quiet=True
            )
            words = f"<p>{_OVER[payment['status']]}お支払いは行われていません。</p>{back}"
            return payment, look.page("paypay", "お支払いできません", words, status=410)
        return payment, None

    def _page(self, payment: Json) -> Response:
        drawn = io.BytesIO()
        segno.make(payment["url"], error="m").save(
            drawn, kind="svg", xmldecl=False, scale=4, title="このお支払いのQRコード"
        )
        inside = look.button("PayPayで支払う", name="way", value="pay") + look.button(
            "支払わずに役場のページにもどる", name="way", value="cancel", is_quiet=True
        )
        bill = look.bill(
            self.books.world,
            payment["amount"]["amount"],
            payment["amount"]["currency"],
            [("内容", payment["description"])] if payment["description"] else [],
        )
        code = (
            '<details class="sheet"><summary>別のスマートフォンのアプリで読み取る</summary>'
            f"{drawn.getvalue().decode()}<p class='hint'>コードの期限は、作ってから5分です。</p></details>"
        )
        return look.page("paypay", "PayPayでお支払い", bill + look.form("", [], inside) + code)
