"""The worker's clockwork: chores of the packages, and the jobs of the control plane."""

import asyncio
import logging
import threading
import time
from datetime import timedelta

from django.db import close_old_connections, connection
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from yakuba.kit import upkeep
from yakuba.kit.db import name_number

_log = logging.getLogger(__name__)
_STALLED_AFTER = timedelta(seconds=60)


def run(stop: threading.Event) -> None:
    """Do every chore at its interval; a chore that fails is logged and tried again next time.

    With several workers, each chore is done by one of them at a time.
    """
    due = {chore.name: 0.0 for chore in upkeep.chores}
    while not stop.wait(0.5):
        for chore in upkeep.chores:
            if time.monotonic() < due[chore.name]:
                continue
            due[chore.name] = time.monotonic() + chore.every.total_seconds()
            do_once(chore)
        close_old_connections()


def do_once(chore: upkeep.Chore) -> bool:
    """Do `chore` unless another process is at it; say whether it was done without failing."""
    number = name_number(f"chore {chore.name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        row = cursor.fetchone()
    if not row or not row[0]:
        return False
    try:
        chore.work()
    except Exception:
        # One chore that fails must not stop the others; it comes up again by itself.
        _log.exception("chore %s failed", chore.name)
        return False
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    return True


def run_jobs(stop: threading.Event) -> None:
    """Run deferred jobs, a few at a time, until told to stop."""
    asyncio.run(_work(stop))


async def _work(stop: threading.Event) -> None:
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("jobs are deferred through Django's connection")
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        task = asyncio.create_task(
            worker.run_worker_async(
                concurrency=2, install_signal_handlers=False, delete_jobs="successful"
            )
        )
        looked = time.monotonic()
        while not stop.is_set() and not task.done():
            await asyncio.sleep(0.5)
            if time.monotonic() - looked > _STALLED_AFTER.total_seconds():
                looked = time.monotonic()
                await _retry_stalled(worker)
        if task.done():
            task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _retry_stalled(worker: App) -> None:
    """Put jobs whose worker was killed back in the queue; the library does not do it by itself."""
    stalled = await worker.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=_STALLED_AFTER.total_seconds()
    )
    for job in stalled:
        await worker.job_manager.retry_job(job)
