"""Following and blocking."""

from yakuba.line.rules import Event
from yakuba.line.sockets import Person
from yakuba.residents import operations, sockets


def friendship(event: Event, person: Person) -> bool:
    """Note who became a friend or left; a new friend is greeted by whoever plugged into `joined`."""
    if event.type == "follow" and event.is_private:
        resident, is_news = operations.befriend(user_id=event.user_id, at_ms=event.timestamp)
        if is_news:
            sockets.joined.announce(resident, event)
        return True
    if event.type == "unfollow" and event.is_private:
        resident, is_news = operations.part(user_id=event.user_id, at_ms=event.timestamp)
        if is_news:
            sockets.left.announce(resident)
        return True
    return False
