"""PayPay's API: JSON in and out, every request with its HMAC."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.payments.paypay.books import Books
from simulators.payments.paypay.gate import Gate, Refused
from simulators.payments.world import Json

Done = tuple[int, str, object]  # the status, the code, the data


class Api:
    """Every endpoint over the books."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.gate = Gate(books.world)

    def routes(self) -> list[Route]:
        def at(method: str, path: str, name: str, work: Callable[[Request, Json], Done]) -> Route:
            return Route(path, self._door(name, work), methods=[method])

        return [
            at("POST", "/v2/codes", "codes.create", self._create),
            at("GET", "/v2/codes/payments/{id}", "codes.payment", self._code_payment),
            at("DELETE", "/v2/codes/{id}", "codes.delete", self._delete),
            at("GET", "/v2/payments/{id}", "payments.retrieve", self._payment),
            at("DELETE", "/v2/payments/{id}", "payments.cancel", self._cancel),
            at("POST", "/v2/refunds", "refunds.create", self._refund),
            at("POST", "/v2/refunds/", "refunds.create", self._refund),  # as the vendor's SDK asks
            at("GET", "/v2/refunds/{id}", "refunds.retrieve", self._one_refund),
        ]

    def _door(
        self, name: str, work: Callable[[Request, Json], Done]
    ) -> Callable[[Request], Awaitable[Response]]:
        place = f"paypay/{name}"

        async def door(request: Request) -> Response:
            faults = self.books.world.faults
            body = await request.body()
            try:
                self.gate.let_in(request, body)
                if faults.take("http_500", place):
                    raise Refused(500, "INTERNAL_SERVER_ERROR", "Something went wrong")
                status, code, data = work(request, json.loads(body) if body else {})
                words = "Success"
            except Refused as no:
                status, code, data, words = no.status, no.code, None, str(no)
            except ValueError:
                status, code, data = 400, "INVALID_REQUEST_PARAMS", None
                words = "The body is no JSON"
            late = float(faults.take("delay", place))
            if late:
                await asyncio.sleep(late)
            if faults.take("http_500_after_commit", place):
                status, code, data = 500, "INTERNAL_SERVER_ERROR", None
            self.books.world.calls.append((place, status))
            result = {"code": code, "message": words, "codeId": "0810000" + str(status % 10)}
            date = format_datetime(self.books.world.now("paypay").astimezone(UTC), usegmt=True)
            whole = {"resultInfo": result, "data": data}
            return JSONResponse(whole, status_code=status, headers={"date": date})

        return door

    def _create(self, request: Request, asked: Json) -> Done:
        return 201, "SUCCESS", self.books.make_code(asked)

    def _code_payment(self, request: Request, asked: Json) -> Done:
        found = self.books.details(request.path_params["id"], "DYNAMIC_QR_PAYMENT_NOT_FOUND")
        return 200, "SUCCESS", found

    def _payment(self, request: Request, asked: Json) -> Done:
        return 200, "SUCCESS", self.books.details(request.path_params["id"], "RESOURCE_NOT_FOUND")

    def _delete(self, request: Request, asked: Json) -> Done:
        self.books.delete_code(request.path_params["id"])
        return 200, "SUCCESS", None

    def _cancel(self, request: Request, asked: Json) -> Done:
        self.books.cancel(request.path_params["id"])
        return 202, "REQUEST_ACCEPTED", None

    def _refund(self, request: Request, asked: Json) -> Done:
        return 201, "SUCCESS", self.books.refund(asked)

    def _one_refund(self, request: Request, asked: Json) -> Done:
        return 200, "SUCCESS", self.books.one_refund(request.path_params["id"])
