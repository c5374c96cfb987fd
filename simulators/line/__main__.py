"""`python -m simulators.line`: run LINE until somebody presses Ctrl-C."""

import asyncio
import signal
import sys

from simulators.line import settings
from simulators.line.server import application, server


async def main() -> None:
    given = settings.read(sys.argv[1:])
    here = server(application(given), given)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, here.stop)
    print(f"LINE is played at {given.public} (phone: {given.public}/phone/)", flush=True)
    await here.serve()


if __name__ == "__main__":
    asyncio.run(main())
