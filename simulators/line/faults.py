"""Misbehaviour on demand: each fault has a place where it happens and a number of times."""

from dataclasses import dataclass
from fnmatch import fnmatch

KINDS = {
    "delay_ms": "answer so late, after the work is done: the caller does not know the outcome",
    "duplicate": "send each event so many times more",
    "reorder": "hold so many events and send them in the opposite order",
    "batch": "hold so many events and send them in one request",
    "drop": "lose the event",
    "http_500_before_accept": "answer 500 and do nothing",
    "http_500_after_commit": "do it and answer 500",
    "rate_wall": "answer 429: the rate limit",
    "rate": "allow so many requests, as 5/s, 60/min or 3/h, instead of what LINE allows",
    "monthly_quota": "allow so many messages a month",
    "content_202": "answer 202 while content is being prepared",
    "content_410": "answer 410: the content is gone",
    "bad_signature": "sign events with another secret",
    "standby": "send events in standby mode, without reply token",
    "unauthorized": "answer 401 although the token is good",
    "strangers": "accept unknown user ids and reply tokens, for load that does not come from here",
    "id_token": "make ID tokens that are expired, for another audience, or badly signed",
}


@dataclass(slots=True)
class Fault:
    """One fault at the endpoints whose name matches `endpoint`; `count` of None goes on."""

    kind: str
    value: int | str
    endpoint: str
    count: int | None

    def shown(self) -> dict[str, object]:
        return {
            "fault": self.kind,
            "value": self.value,
            "endpoint": self.endpoint,
            "count": self.count,
        }


class Faults:
    """The faults that are set now."""

    def __init__(self) -> None:
        self.standing: list[Fault] = []

    def set(self, kind: str, value: int | str, *, endpoint: str, count: int | None) -> None:
        """Set a fault, instead of the same one at the same place; 0, false or null ends it."""
        self.standing = [
            fault for fault in self.standing if (fault.kind, fault.endpoint) != (kind, endpoint)
        ]
        if value:
            self.standing.append(Fault(kind, value, endpoint, count))

    def peek(self, kind: str, endpoint: str = "") -> int | str:
        """Return the fault's value without using it up; 0 if it is not set here."""
        for fault in self.standing:
            if fault.kind == kind and fnmatch(endpoint, fault.endpoint):
                return fault.value
        return 0

    def take(self, kind: str, endpoint: str = "") -> int | str:
        """Return the fault's value and use it up once; 0 if it is not set here."""
        for fault in self.standing:
            if fault.kind == kind and fnmatch(endpoint, fault.endpoint):
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count <= 0:
                        self.standing.remove(fault)
                return fault.value
        return 0

    def reset(self) -> None:
        self.standing.clear()

    def shown(self) -> list[dict[str, object]]:
        return [fault.shown() for fault in self.standing]
