"""For tests: somebody who stands at a door, and the control of cloud and doors."""

from typing import Any

import httpx


class Hand:
    """Somebody at the keypad."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def types(self, door: str, code: str) -> bool:
        """Type a code and ✓; say whether the door opened."""
        return bool(self._press(door, code)["opened"])

    def asks_for_sync(self, door: str) -> bool:
        """Type 411 and ✓; say whether the door could ask the cloud."""
        return bool(self._press(door, "411")["synced"])

    def _press(self, door: str, code: str) -> dict[str, Any]:
        answer = self.http.post(f"/doors/{door}/keypad", json={"code": code})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


class Desk:
    """The control of the simulator: faults, the clock, what happens to a door."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def faults(self, *, endpoint: str = "*", count: int | None = None, **faults: object) -> None:
        """Set faults; `reset=True` ends them all."""
        self._do({"endpoint": endpoint, "count": count, **faults})

    def advance(self, seconds: float) -> None:
        self._do({"clock": {"advance_seconds": seconds}})

    def turn_to(self, moment: str) -> None:
        self._do({"clock": {"now": moment}})

    def door(self, door: str, **deeds: object) -> None:
        self._do({"door": door, **deeds})

    def beat(self, *doors: str) -> None:
        for one in doors:
            self.door(one, beat=True)

    def state(self) -> dict[str, Any]:
        return dict(self.http.get("/__control").json())

    def codes_on(self, door: str) -> set[str]:
        """The codes in the door's own memory, valid now or not."""
        found = next(one for one in self.state()["doors"] if one["id"] == door)
        return {code["pin"] for code in found["known"]}

    def calls(self, place: str) -> list[int]:
        """The statuses of the calls to one endpoint, oldest first."""
        return [status for name, status in self.state()["calls"] if name == place]

    def _do(self, body: dict[str, object]) -> None:
        answer = self.http.post("/__control", json=body)
        assert answer.status_code == 200, answer.text
