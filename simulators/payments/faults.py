"""What can go wrong on demand, and where. The places are names such as `stripe/sessions.create`."""

from simulators.line.faults import Faults

KINDS = {
    "delay": "answer so many seconds late, after the work is done: the caller may have given up",
    "http_500": "answer 500 and do nothing",
    "http_500_after_commit": "do it and answer 500",
    "duplicate": "send each message so many times more",
    "reorder": "hold so many messages and send them in the opposite order",
    "drop": "lose the message",
    "bad_signature": "sign messages with another secret",
    "old_timestamp": "sign messages as if so many seconds ago",
    "amount": "take and report so many yen instead of what was asked",
    "currency": "take and report this currency instead of jpy",
    "other_environment": "send messages of another merchant or environment",
    "paid_after_expiry": "let the payer pay what has expired or was cancelled",
    "webhook_before_return": "let the payer go back only after the message was answered",
    "no_return": "never send the payer back",
    "abroad": "treat the payer as somebody outside Japan (PayPay)",
    "clock_skew": "let this provider's clock be off by so many seconds",
}

__all__ = ["KINDS", "Faults"]
