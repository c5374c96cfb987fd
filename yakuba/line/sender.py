"""The one sender: claims what is to be said, in the order of its lanes, and asks LINE no faster than LINE allows.

A claim is a lease, committed before the request, so a killed sender leaves nothing behind but a lease that
ends. Every process that sends shares one limiter row per endpoint.
"""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import DatabaseError, InterfaceError, connection, transaction

from yakuba.kit.errors import OutsideFailure
from yakuba.line import limiter, sockets
from yakuba.line.bell import Bell
from yakuba.line.models import Lane
from yakuba.line.recovery import reconnect

_AHEAD = 4  # parcels claimed for each thread: claiming eight takes as long as eight are sent

logger = logging.getLogger(__name__)


def run(stop: threading.Event, *, threads: int = 8) -> None:
    """Send until `stop` is set; requests under way are finished."""
    under_way: dict[Future[None], sockets.Parcel] = {}
    renewing = threading.Thread(target=_renew, args=(stop, under_way), name="leases", daemon=True)
    renewing.start()
    with Bell("line_outgoing") as bell, ThreadPoolExecutor(threads, "sender") as pool:
        is_full = threading.Event()  # more may be waiting than there was room for

        def make_room(_done: Future[None]) -> None:
            if is_full.is_set():
                bell.ring()

        while not stop.is_set():
            rings = bell.rings
            is_full.set()
            for future in [future for future in list(under_way) if future.done()]:
                del under_way[future]
            # A few are claimed ahead, so that a claim is paid for by several; not so many that
            # a lease could end while its parcel still waits for a thread.
            room = _AHEAD * threads - len(under_way)
            try:
                parcels = claim(room) if room >= threads else []
            except (DatabaseError, InterfaceError) as error:
                reconnect(error)
                stop.wait(1.0)
                continue
            for parcel, wait in parcels:
                future = pool.submit(_deliver, parcel, time.monotonic() + wait)
                under_way[future] = parcel
                future.add_done_callback(make_room)
            if threads <= room and len(parcels) < room:
                is_full.clear()  # whoever comes next rings
            if not parcels:
                connection.close()  # back to the pool while there is nothing to do
            bell.wait(rings)


def _renew(stop: threading.Event, under_way: Mapping["Future[None]", sockets.Parcel]) -> None:
    """Lengthen the leases of what is under way, once a second, for sources whose leases are short."""
    while not stop.wait(1.0):
        parcels = [parcel for future, parcel in list(under_way.items()) if not future.done()]
        try:
            for source in sockets.sources if parcels else ():
                source.renew(parcels)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("leases were not renewed: %s", type(error).__name__)
        finally:
            connection.close()


def claim(limit: int) -> list[tuple[sockets.Parcel, float]]:
    """Claim up to `limit` parcels, the most urgent lane first; with the seconds that each has to wait for its slot."""
    due = {source.key: source.due_lanes() for source in sockets.sources}
    claimed: list[tuple[sockets.Parcel, float]] = []
    for lane in Lane:
        for source in sockets.sources:
            if lane in due[source.key] and len(claimed) < limit:
                with transaction.atomic():
                    parcels = source.claim(lane, limit=limit - len(claimed))
                    waits = limiter.reserve([parcel.endpoint for parcel in parcels])
                claimed += zip(parcels, waits, strict=True)
    return claimed


def send_waiting(*, rounds: int = 100) -> int:
    """Send what is due now, one after the other, and return how many parcels went; for tests and tools."""
    sent = 0
    for _round in range(rounds):
        parcels = claim(20)
        if not parcels:
            break
        for parcel, _wait in parcels:
            parcel.deliver()
            sent += 1
    return sent


def _deliver(parcel: sockets.Parcel, not_before: float) -> None:
    try:
        time.sleep(max(0.0, not_before - time.monotonic()))
        parcel.deliver()
    except (DatabaseError, InterfaceError, OutsideFailure) as error:
        # The lease ends, and it is claimed again.
        logger.error("a parcel was left to its lease: %s", type(error).__name__)
    except Exception:
        logger.exception("a parcel was left to its lease")
    finally:
        connection.close()
