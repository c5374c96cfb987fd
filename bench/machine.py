"""On what the figures were taken, without names that would tell whose machine it was."""

import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from bench.rig import HOME


@dataclass(frozen=True, slots=True)
class Machine:
    cpu: str
    cores: int
    memory_gib: float
    system: str
    python: str
    postgresql: str
    fsync_us: int  # median of writing 8 kB and waiting until it is on the disk
    load_before: float  # runnable processes in the minute before; near 0 means alone


def describe(url: str) -> Machine:
    with psycopg.connect(url) as connection:
        version = connection.execute("SHOW server_version").fetchone()
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(pages / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgresql=str(version[0]) if version else "",
        fsync_us=_fsync_us(),
        load_before=round(os.getloadavg()[0], 1),
    )


def as_words(machine: Machine) -> str:
    return ", ".join(f"{name} {value}" for name, value in asdict(machine).items())


def peak_mib() -> float:
    """Return the most memory that this program had at once; what its parent had before is not counted."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the peak of memory is only known on Linux")


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _fsync_us(times: int = 200) -> int:
    path = HOME / "fsync"
    waits = []
    with open(path, "wb", buffering=0) as file:
        file.write(bytes(8192 * times))
        os.fsync(file.fileno())
        for number in range(times):
            file.seek(8192 * number)
            began = time.perf_counter()
            file.write(b"x" * 8192)
            os.fdatasync(file.fileno())
            waits.append(time.perf_counter() - began)
    path.unlink()
    return round(statistics.median(waits) * 1e6)
