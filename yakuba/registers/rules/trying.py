"""How long somebody waits who looked for people in vain too often. The list itself never closes: nobody locks others out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# After the third, fourth, … try in vain within a day.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120))
FREE = 3
MOST_A_DAY = 10
# A town hall, a library or a telephone company is one network for many.
MOST_A_NETWORK = 30
# So many different people looked for in vain by so many accounts within an hour is no clumsiness.
CRAWL_QUESTIONS, CRAWL_ACCOUNTS = 30, 5


def wait(in_vain: Sequence[datetime], *, now: datetime) -> timedelta:
    """Return how long one person still waits, by when they tried in vain, the earliest first."""
    recent = [at for at in in_vain if now - at < DAY]
    if len(recent) < FREE:
        return timedelta()
    if len(recent) >= MOST_A_DAY:
        return max(recent[-MOST_A_DAY] + DAY - now, timedelta())
    pause = WAITS[min(len(recent) - FREE, len(WAITS) - 1)]
    return max(recent[-1] + pause - now, timedelta())


def network_wait(in_vain: Sequence[datetime], *, now: datetime) -> timedelta:
    """Return how long everybody of one network still waits."""
    recent = [at for at in in_vain if now - at < HOUR]
    if len(recent) < MOST_A_NETWORK:
        return timedelta()
    return max(recent[-MOST_A_NETWORK] + HOUR - now, timedelta())


def is_crawl(questions: int, accounts: int) -> bool:
    return questions >= CRAWL_QUESTIONS and accounts >= CRAWL_ACCOUNTS


def told(left: timedelta) -> str:
    """Say roughly how long, so that nobody stands beside it with a watch."""
    minutes = -(-int(left.total_seconds()) // 60)
    if minutes <= 1:
        return "1分ほど"
    if minutes <= 90:
        return f"{-(-minutes // 5) * 5}分ほど"
    hours = -(-minutes // 60)
    return f"{hours}時間ほど" if hours < 20 else "1日ほど"
