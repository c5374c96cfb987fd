"""`python -m simulators.mail`: take letters until somebody presses Ctrl-C."""

import argparse
import asyncio
import signal

from simulators.mail.server import Server


async def main() -> None:
    asks = argparse.ArgumentParser(prog="python -m simulators.mail", description=__doc__)
    asks.add_argument("--smtp-port", type=int, default=9225)
    asks.add_argument("--port", type=int, default=9200, help="of the mailbox page")
    asks.add_argument("--host", default="127.0.0.1")
    given = asks.parse_args()
    server = Server(host=given.host, smtp_port=given.smtp_port, port=given.port)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await server.start()
    print(
        f"Mail is taken at port {server.smtp_port} (mailbox: http://{given.host}:{server.port}/)",
        flush=True,
    )
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(main())
