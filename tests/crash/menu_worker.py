"""A worker that mirrors menus to LINE, and a sender, as `yakuba serve` runs them."""

import signal
import threading

import django


def main() -> None:
    django.setup()

    from yakuba.line import sender
    from yakuba.richmenus import operations

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_given: stop.set())
    sending = threading.Thread(target=sender.run, args=(stop,), kwargs={"threads": 2})
    sending.start()
    while not stop.wait(0.2):
        operations.mirror()
        operations.plan()
    sending.join()


if __name__ == "__main__":
    main()
