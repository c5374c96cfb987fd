"""What happens to money without the payer's page: shops, banks; and the page that shows it all."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.payments import look
from simulators.payments.courier import Courier
from simulators.payments.paypay.books import Books as PayPay
from simulators.payments.sbps.books import Books as Sbps
from simulators.payments.stripe.objects import Books as Stripe
from simulators.payments.stripe.telling import tell
from simulators.payments.world import Json, Movement, World

_PROVIDERS = {"stripe": "Stripe", "paypay": "PayPay", "sbps": "SBペイメント"}
_KINDS = {
    "capture": "お支払い",
    "refund": "返金",
    "chargeback": "チャージバック",
    "regained": "チャージバックの取りやめ",
}


class NoSuchPayment(LookupError):
    """Nothing was paid, or is to be paid, under this reference."""


class Bank:
    """The counter of the convenience store, and the payers' banks."""

    def __init__(
        self, world: World, courier: Courier, stripe: Stripe, paypay: PayPay, sbps: Sbps
    ) -> None:
        self.world = world
        self.courier = courier
        self.stripe = stripe
        self.paypay = paypay
        self.sbps = sbps

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/", self.press, methods=["POST"]),
        ]

    async def charge_back(self, merchant_ref: str) -> None:
        """Let the payer's bank take the newest payment of this reference back."""
        paid = [m for m in self.world.movements if m.merchant_ref == merchant_ref]
        found = next((one for one in reversed(paid) if one.kind == "capture"), None)
        if found is None:
            raise NoSuchPayment(f"nothing was paid for {merchant_ref}")
        if found.provider == "stripe":
            self.stripe.dispute(self.stripe.charges[found.txn])
            await tell(self.stripe, self.courier)
        elif found.provider == "sbps":
            self.sbps.charge_back(self.sbps.orders[merchant_ref])
        else:
            raise NoSuchPayment("PayPay knows no chargeback")

    async def win_dispute(self, merchant_ref: str) -> None:
        """Let the payer's bank give back what it took: the town's papers were right."""
        taken = [m for m in self.world.movements if m.merchant_ref == merchant_ref]
        found = next((one for one in taken if one.kind == "capture"), None)
        charge = self.stripe.charges.get(found.txn) if found else None
        if charge is None or not charge["disputed"]:
            raise NoSuchPayment(f"nothing is disputed for {merchant_ref}")
        self.stripe.win_dispute(charge)
        await tell(self.stripe, self.courier)

    async def konbini(self, merchant_ref: str, *, paid: bool) -> None:
        """Let the payer pay at the shop, or let the days run out."""
        session = self._session(merchant_ref)
        if paid:
            self.stripe.pay_at_konbini(session)
        else:
            self.stripe.konbini_lapsed(session)
        await tell(self.stripe, self.courier)

    async def expire(self, merchant_ref: str) -> None:
        """Let the hosted page of this reference run out now."""
        if merchant_ref in self.paypay.payments:
            self.paypay.payments[merchant_ref]["expires"] = 0
            return
        self.stripe.expire(self._session(merchant_ref)["id"])
        await tell(self.stripe, self.courier)

    def _session(self, merchant_ref: str) -> Json:
        found = [
            one
            for one in self.stripe.sessions.values()
            if one["client_reference_id"] == merchant_ref
        ]
        if not found:
            raise NoSuchPayment(f"no session for {merchant_ref}")
        return found[-1]

    async def show(self, request: Request) -> Response:
        waiting = "".join(self._waiting(one) for one in self.stripe.sessions.values())
        rows = "".join(self._row(one) for one in reversed(self.world.movements))
        moved = (
            '<div class="scroll" tabindex="0" role="region" aria-label="お金の動き"><table><thead><tr><th scope="col">日時</th>'
            '<th scope="col">会社</th><th scope="col">内容</th><th scope="col">金額</th><th scope="col">番号</th>'
            f'<th scope="col">できること</th></tr></thead><tbody>{rows}</tbody></table></div>'
            if rows
            else "<p>まだお金は動いていません。役場のページで支払うと、ここに並びます。</p>"
        )
        files = "".join(
            f'<li><a href="/__control/settlement/{key}">{name}の今日の明細（CSV）</a></li>'
            for key, name in _PROVIDERS.items()
        )
        body = (
            f"{'<h2>お店で払うのを待っているもの</h2>' + waiting if waiting else ''}"
            f"<h2>お金の動き</h2>{moved}<h2>明細ファイル</h2><ul>{files}</ul>"
        )
        return look.page("bank", "支払いのようす", body, is_wide=True)

    async def press(self, request: Request) -> Response:
        given = await request.form()
        ref, what = str(given.get("ref") or ""), str(given.get("what") or "")
        try:
            if what == "chargeback":
                await self.charge_back(ref)
            elif what == "won":
                await self.win_dispute(ref)
            elif what in ("paid", "lapsed"):
                await self.konbini(ref, paid=what == "paid")
        except NoSuchPayment as no:
            return look.page("bank", "できませんでした", look.wrong(str(no)), status=404)
        return RedirectResponse("/", 303)

    def _waiting(self, session: Json) -> str:
        intent = self.stripe.intents.get(str(session["payment_intent"]))
        if intent is None or intent["status"] != "requires_action":
            return ""
        ref = str(session["client_reference_id"])
        inside = look.button("お店で払った", name="what", value="paid") + look.button(
            "期限まで払わなかった", name="what", value="lapsed", is_quiet=True
        )
        words = f"<p>{look.yen(session['amount_total'])}　番号 {look.safe(ref)}</p>"
        return f'<section class="sheet">{words}{look.form("/", [("ref", ref)], inside)}</section>'

    def _row(self, one: Movement) -> str:
        can = ""
        if one.kind == "capture" and one.provider != "paypay":
            inside = look.button("銀行が取り戻す", name="what", value="chargeback", is_quiet=True)
            can = look.form("/", [("ref", one.merchant_ref)], inside)
        elif one.kind == "chargeback" and one.provider == "stripe":
            inside = look.button("役場の言い分を認める", name="what", value="won", is_quiet=True)
            can = look.form("/", [("ref", one.merchant_ref)], inside)
        return (
            f"<tr><td>{one.at:%m/%d %H:%M}</td><td>{_PROVIDERS[one.provider]}</td><td>{_KINDS[one.kind]}</td>"
            f'<td class="money">{look.yen(one.amount, one.currency)}</td><td>{look.safe(one.merchant_ref)}</td><td>{can}</td></tr>'
        )
