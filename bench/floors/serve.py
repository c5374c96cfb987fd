"""Serve a floor with the server and the settings that the product has: `serve asgi|wsgi PORT`."""

import sys

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server


def main(kind: str, port: int) -> None:
    if kind == "asgi":
        server = Server(
            "bench.floors.intake_asgi:application", port=port, interface=Interfaces.ASGI,
            loop=Loops.uvloop, workers=1, backlog=1024, websockets=False, log_access=False,
            log_level=LogLevels.warning,
        )  # fmt: skip
    else:
        server = Server(
            "bench.floors.intake_wsgi:application", port=port, interface=Interfaces.WSGI,
            workers=1, blocking_threads=4, backlog=1024, websockets=False, log_access=False,
            log_level=LogLevels.warning,
        )  # fmt: skip
    server.serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
