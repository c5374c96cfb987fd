"""Messages to subscribers: brought, brought again, muddled and lost as the faults say."""

import json
from collections.abc import Callable, Mapping

from simulators.locks.world import Json, World
from simulators.payments.courier import Courier, Message

SECRET_HEADER = "x-remotelock-secret"


class Teller:
    """Brings what happened to everybody who has subscribed to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        # It asks a world for faults and waits; that of the doors has both under the same names.
        self.courier = Courier(world)  # type: ignore[arg-type]

    async def tell_all(self) -> None:
        news, self.world.news = self.world.news, []
        for one in news:
            for subscription in self.world.subscriptions:
                if one["type"] in subscription["events"]:
                    subscriber = self.world.subscribers.get(subscription["subscriber"])
                    if subscriber and subscriber["active"]:
                        await self._tell(subscriber, one)

    async def _tell(self, subscriber: Json, event: Json) -> None:
        body = json.dumps({"data": {"id": self.world.new_id(), **event}}).encode()
        headers = {
            "content-type": "application/json",
            SECRET_HEADER: str(subscriber["secret"]),
        }
        await self.courier.bring(
            Message("locks", event["type"], str(subscriber["url"]), _signed(body, headers))
        )

    async def rest(self) -> None:
        await self.courier.rest()


def _signed(
    body: bytes, headers: Mapping[str, str]
) -> Callable[[], tuple[bytes, Mapping[str, str]]]:
    return lambda: (body, headers)
