"""Prepare a machine that has only Python (and perhaps Node): virtual environment, front end, browser.

Runs under the system's Python, before anything is installed. Each step is skipped when what it
would make is already there for the same inputs.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / ".local" / "stamps"
FRONTEND = ROOT / "frontend"
INSTALLED = ("packages-", "postgres", "node")  # stamps of what lies in .venv
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(words: str) -> None:
    print(f"  · {words}", flush=True)


def packages(kind: str) -> None:
    """Install requirements/<kind>.txt, each file checked by its hash, into .venv."""
    if sys.version_info < (3, 11):
        sys.exit("yakuba needs Python 3.11 or newer; this is " + sys.version.split()[0])
    wanted = ROOT / "requirements" / f"{kind}.txt"
    if not PYTHON.exists():
        say("making the virtual environment (.venv)")
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
        for stamp in STAMPS.glob("*"):
            if stamp.name.startswith(INSTALLED):
                stamp.unlink()
    larger = kind == "demo" and _is_stamped(
        "packages-development", ROOT / "requirements" / "development.txt"
    )
    if larger or _is_stamped(f"packages-{kind}", wanted):
        return
    say(f"installing Python packages (requirements/{kind}.txt)")
    if not _quickly(PYTHON, wanted):
        _run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(wanted)])
    say("compiling them")
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    _stamp(f"packages-{kind}", wanted)


def _quickly(python: Path, wanted: Path) -> bool:
    """Install with uv, which takes seconds where pip takes minutes; False if it cannot be had."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        installer = ROOT / "requirements" / "installer.txt"
        got = subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(installer)], check=False, capture_output=True)  # fmt: skip
        if got.returncode:
            return False
    done = subprocess.run([str(uv), "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(wanted)], check=False, capture_output=True)  # fmt: skip
    return done.returncode == 0


def postgres() -> None:
    """See that some PostgreSQL can be started: the system's, else a package's."""
    if os.environ.get("DATABASE_URL"):
        return
    sys.path.insert(0, str(ROOT))
    from tools import postgres as starter

    try:
        routes = starter.wished()
    except starter.NoPostgres as no:
        sys.exit(str(no))
    if "system" in routes and starter._binaries("system"):
        return
    for name, route in (("postgres", "embedded"), ("postgres-fallback", "pixeltable")):
        if route not in routes:
            continue
        wanted = ROOT / "requirements" / f"{name}.txt"
        if _is_stamped(name, wanted):
            return
        say(f"no PostgreSQL on this machine; installing one (requirements/{name}.txt)")
        got = subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(wanted)], check=False)  # fmt: skip
        if got.returncode == 0:
            _stamp(name, wanted)
            return
    sys.exit("No PostgreSQL: install it with the system's package manager, or set DATABASE_URL.")


def node() -> dict[str, str]:
    """Return an environment whose PATH has Node 20 or newer, installing one from PyPI if need be."""
    environment = dict(os.environ)
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run(
            [found, "--version"], capture_output=True, text=True, check=False
        ).stdout
        if int(version.strip().lstrip("v").split(".")[0] or 0) >= 20:
            return environment
    wanted = ROOT / "requirements" / "node.txt"
    if not _is_stamped("node", wanted):
        say("no Node 20 on this machine; installing one (requirements/node.txt)")
        _run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(wanted)])
        _stamp("node", wanted)
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    return environment


def frontend() -> None:
    """Install the front end's packages and build it."""
    lock = FRONTEND / "package-lock.json"
    modules = FRONTEND / "node_modules"
    # A link leads to another work tree, which looks after them: `npm ci` would empty that one.
    if not modules.is_symlink() and not (_is_stamped("npm", lock) and modules.exists()):
        say("installing front-end packages")
        # The exit status alone tells: npm's quiet mode hides why it failed.
        _run(["npm", "ci", "--no-fund", "--no-audit", "--loglevel=error"], cwd=FRONTEND, env=node())
        _stamp("npm", lock)
    sources = [
        p
        for part in ("styles", "islands", "entries")
        for p in sorted((FRONTEND / part).rglob("*"))
        if p.is_file()
    ]
    sources += [lock, FRONTEND / "vite.config.ts"]
    if not _is_stamped("frontend", *sources) or not (FRONTEND / "dist").exists():
        say("building the front end")
        _run(["npm", "run", "build", "--silent"], cwd=FRONTEND, env=node())
        _stamp("frontend", *sources)


def browser() -> None:
    """Find or install a Chromium for the browser tests; without one they say that they are skipped."""
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing Chromium with apt-get")
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        got = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk", "fonts-noto-color-emoji"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
        if got.returncode == 0:
            return
    say("installing Playwright's Chromium")
    subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], check=False)


def s3() -> None:
    """Install what plays S3 for the tests of files, apart from .venv; without it they say that they are skipped."""
    wanted = ROOT / "requirements" / "s3.txt"
    place = ROOT / ".local" / "s3"
    if _is_stamped("s3", wanted) and place.exists():
        return
    say("installing what plays S3 (requirements/s3.txt)")
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True)
    inside = place / "bin" / "python"
    if not _quickly(inside, wanted):
        got = subprocess.run([str(inside), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(wanted)], check=False)  # fmt: skip
        if got.returncode:
            return
    _stamp("s3", wanted)


def _run(command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} … failed (exit {done.returncode}); see above.")


def _digest(*inputs: Path) -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in inputs:
        total.update(path.read_bytes() if path.exists() else b"-")
    return total.hexdigest()


def _is_stamped(name: str, *inputs: Path) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == _digest(*inputs)


def _stamp(name: str, *inputs: Path) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(_digest(*inputs))


def main(wanted: str) -> None:
    """Prepare what the make target `wanted` needs."""
    packages("demo" if wanted == "demo" else "development")
    postgres()
    frontend()
    if wanted == "test":
        browser()
        s3()


if __name__ == "__main__":
    main(sys.argv[1])
