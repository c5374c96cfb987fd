"""What the simulator is told at start, from the command line or the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

_RETRIES = (0.5, 2.0, 8.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """One account with its doors, and keys that everybody may know."""

    host: str = "127.0.0.1"
    port: int = 9500
    public: str = "http://localhost:9500"
    client_id: str = "kamiichi-locks"
    client_secret: str = "locks-secret-that-does-not-exist"
    code: str = "authorisation-code-that-does-not-exist"
    # id=name of each door, separated by commas
    doors: str = "gym-front=総合体育館 正面玄関,gym-arena=総合体育館 アリーナの扉"
    heartbeat: float = 3600.0  # seconds of business time
    clock_url: str = ""  # where the LINE simulator says how far business time is turned
    data: str = ""
    retry_waits: tuple[float, ...] = _RETRIES  # machine seconds


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every option from the command line, else from `SIM_LOCKS_<OPTION>`."""
    parser = argparse.ArgumentParser(prog="python -m simulators.locks", description=__doc__)
    for field in fields(Settings):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            default=environment.get(f"SIM_LOCKS_{field.name.upper()}"),
        )
    given = {name: text for name, text in vars(parser.parse_args(arguments)).items() if text}
    port = int(given.pop("port", None) or 9500)
    waits = given.pop("retry_waits", None)
    heartbeat = float(given.pop("heartbeat", None) or 3600)
    public = given.pop("public", None) or f"http://localhost:{port}"
    return Settings(
        **given,
        port=port,
        public=public.rstrip("/"),
        heartbeat=heartbeat,
        retry_waits=tuple(map(float, waits.split(","))) if waits else _RETRIES,
    )
