"""What can go wrong on demand, and where. The places are names such as `bookings.create`."""

from simulators.line.faults import Faults

KINDS = {
    "delay": "answer so many seconds late, after the work is done: the caller may have given up",
    "http_500": "answer 500 and do nothing",
    "http_500_after_commit": "do it and answer 500",
    "rate_wall": "answer 429 and do nothing",
    "other_pin": "answer 201 with another PIN than was asked for",
    "never_sync": "never bring anything new to the door (endpoint: the door's id)",
    "sync_fails": "let the door refuse the code",
    "delete_does_nothing": "answer 200 to a deactivation and change nothing",
    "refresh_expired": "say that the refresh token is over its 90 days",
    "duplicate": "send each message so many times more",
    "reorder": "hold so many messages and send them in the opposite order",
    "drop": "lose the message",
}

__all__ = ["KINDS", "Faults"]
