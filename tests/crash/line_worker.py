"""A worker whose only handler writes down, in the transaction of the event, that it was handled."""

import signal
import sys
import threading

import django


def main() -> None:
    django.setup()

    from django.db import connection

    from yakuba.line import inbox, sockets
    from yakuba.line.rules import Event
    from yakuba.line.sockets import Person

    @sockets.event_handler(order=-2000)
    def write_down(event: Event, person: Person) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO crash_handled (event_id, user_id, at_ms) VALUES (%s, %s, %s)",
                [event.event_id, event.user_id, event.timestamp],
            )
        return True

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_given: stop.set())
    inbox.run(stop, threads=int(sys.argv[1]))


if __name__ == "__main__":
    main()
