"""A sender, as `yakuba serve sender` runs it."""

import signal
import threading

import django


def main() -> None:
    django.setup()

    from yakuba.line import sender

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_given: stop.set())
    sender.run(stop)


if __name__ == "__main__":
    main()
