"""The two clocks: business time, which can be turned, and machine time, which cannot."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


class Clock:
    """Business time: what webhooks and the talk say it is, in Japan time."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(JAPAN) + self.offset

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def turn(self, body: dict[str, object]) -> None:
        """Turn to `now` (ISO, Japan time if it has no zone), to an offset, or onwards.

        Raises:
            ValueError: none of the three is given, or it cannot be read.
        """
        if "now" in body:
            then = datetime.fromisoformat(str(body["now"]))
            if then.tzinfo is None:
                then = then.replace(tzinfo=JAPAN)
            self.offset = then - datetime.now(JAPAN)
        elif "offsetSeconds" in body:
            self.offset = timedelta(seconds=float(str(body["offsetSeconds"])))
        elif "advanceSeconds" in body:
            self.offset += timedelta(seconds=float(str(body["advanceSeconds"])))
        else:
            raise ValueError("give now, offsetSeconds or advanceSeconds")

    def facts(self) -> dict[str, object]:
        return {
            "now": self.now().isoformat(timespec="seconds"),
            "offsetSeconds": round(self.offset.total_seconds()),
        }
