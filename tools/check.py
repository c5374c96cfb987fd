"""`make check`: format, lint, types, the map, migrations, front end. Every check runs; the last line counts."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests import environment
from tools import setup

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


def main() -> int:
    os.environ.setdefault(
        "DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none"
    )  # nothing connects
    environment.prepare()
    here: dict[str, str] = {**os.environ, "PYTHONPATH": str(ROOT)}
    frontend = {**setup.node()}
    checks = [
        ("format", [str(BIN / "ruff"), "format", "--check", "-q", "."], ROOT, here),
        ("lint", [str(BIN / "ruff"), "check", "-q", "."], ROOT, here),
        (
            "types",
            [str(BIN / "mypy"), "yakuba", "simulators", "tools", "tests", "bench"],
            ROOT,
            here,
        ),
        ("the map", [str(BIN / "lint-imports"), "--no-cache"], ROOT, here),
        (
            "migrations",
            [str(BIN / "python"), "manage.py", "makemigrations", "--check", "--dry-run"],
            ROOT,
            here,
        ),
        ("front end", ["npm", "run", "check", "--silent"], ROOT / "frontend", frontend),
        ("islands", ["npm", "run", "test", "--silent"], ROOT / "frontend", frontend),
    ]
    failed = []
    for name, command, folder, env in checks:
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        good = done.returncode == 0
        print(
            f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
        if not good:
            failed.append(name)
            print((done.stdout + done.stderr)[-8000:], flush=True)
    print(f"{len(checks) - len(failed)} of {len(checks)} checks passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
