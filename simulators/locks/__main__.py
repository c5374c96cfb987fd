"""`python -m simulators.locks`: keep doors until somebody presses Ctrl-C."""

import asyncio
import signal
import sys

from simulators.line.serving import Serving
from simulators.locks import settings
from simulators.locks.server import application


async def main() -> None:
    given = settings.read(sys.argv[1:])
    serving = Serving(application(given), host=given.host, port=given.port)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await serving.start()
    except OSError as error:
        sys.exit(f"Locks cannot listen on {given.host}:{given.port}: {error.strerror}")
    print(f"RemoteLOCK and its doors are played at {given.public}", flush=True)
    await stop.wait()
    await serving.stop()


if __name__ == "__main__":
    asyncio.run(main())
