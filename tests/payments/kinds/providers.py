"""The three providers, running; contracts with them; and an order as the product tells it."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from simulators.payments.server import Running
from simulators.payments.settings import Settings
from yakuba.payments.kinds.paypay import PayPayContract
from yakuba.payments.kinds.sbps import SbpsContract
from yakuba.payments.kinds.stripe import StripeContract
from yakuba.payments.rules import line
from yakuba.payments.sockets import Back, Contract, FormPost, Order, Start, State

BACK = "http://town.example/pay/back/"


@dataclass
class Ear:
    """What providers' machines send: kept, and answered as `says` decides."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    answer: bytes = b"OK,"

    def wait(self, number: int, seconds: float = 15) -> list[tuple[dict[str, str], bytes]]:
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.heard) >= number, seconds)
        assert enough, f"{len(self.heard)} messages, not {number}"
        return list(self.heard)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A provider that ends with its test hangs up."""


@contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with ear.arrived:
                ear.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                ear.arrived.notify_all()
            self.send_response(200)
            self.send_header("content-length", str(len(ear.answer)))
            self.end_headers()
            self.wfile.write(ear.answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    ear.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()


def merchant_at(ear: Ear) -> Settings:
    return Settings(
        stripe_webhook=f"{ear.url}/stripe",
        paypay_webhook=f"{ear.url}/paypay",
        retry_waits=(0.05, 0.1),
    )


def stripe_contract(sim: Running, **changed: Any) -> StripeContract:
    given = {
        "secret_key": sim.settings.stripe_secret_key,
        "webhook_secret": sim.settings.stripe_webhook_secret,
        "takes_konbini": True,
        "address": sim.base,
        **changed,
    }
    return StripeContract.model_validate(given)


def paypay_contract(sim: Running, **changed: Any) -> PayPayContract:
    given = {
        "api_key": sim.settings.paypay_api_key,
        "api_secret": sim.settings.paypay_api_secret,
        "merchant_id": sim.settings.paypay_merchant_id,
        "address": sim.base,
        **changed,
    }
    return PayPayContract.model_validate(given)


def sbps_contract(sim: Running, **changed: Any) -> SbpsContract:
    given = {
        "merchant_id": sim.settings.sbps_merchant_id,
        "service_id": sim.settings.sbps_service_id,
        "hash_key": sim.settings.sbps_hash_key,
        "api_user": sim.settings.sbps_api_user,
        "api_password": sim.settings.sbps_api_password,
        "with_3d_secure": False,
        "takes_paypay": True,
        "form_address": f"{sim.base}/f01/FepBuyInfoReceive.do",
        "api_address": f"{sim.base}/api/xmlapi.do",
        **changed,
    }
    return SbpsContract.model_validate(given)


def make_order(*, amount: int = 300, method: str = "", message_url: str = "") -> Order:
    key = uuid.uuid4()
    now = datetime.fromtimestamp(time.time(), UTC)
    return Order(
        attempt=key,
        merchant_ref=key.hex,
        amount=amount,
        title="住民票の写し",
        lines=(line("住民票の写し", amount),),
        payer="0" * 32,
        method=method,
        opened_at=now,
        expires_at=now + timedelta(minutes=60),
        back_url=f"{BACK}{key.hex}/",
        message_url=message_url,
    )


def known(order: Order, start: Start) -> Order:
    """The order with what the provider calls it."""
    return replace(order, provider_ref=start.provider_ref)


def money_back(order: Order, state: State, amount: int, **more: Any) -> Back:
    taken = next(move for move in state.moves if move.kind == "capture")
    given: dict[str, Any] = {
        "order": replace(order, provider_ref=order.provider_ref or state.provider_ref),
        "txn": taken.txn,
        "captured": taken.amount,
        "amount": amount,
        "key": uuid.uuid4(),
        "reason": "取り下げ",
        "asked_at": order.opened_at,
        **more,
    }
    return Back(**given)


def moved(state: State) -> list[tuple[str, int]]:
    return [(move.kind, move.amount) for move in state.moves]


def form_of(start: Start) -> FormPost:
    assert isinstance(start, FormPost)
    return start


def faults_of(contract: Contract) -> list[str]:
    """The settings that the check complains about."""
    return [fault.field for fault in contract.check()]
