"""What the simulator is told at start, from the command line or the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Settings:
    """One channel of the Messaging API, one of LINE Login with its LIFF app, and their product."""

    host: str = "127.0.0.1"
    port: int = 9100
    public: str = "http://localhost:9100"
    channel_id: str = "1650000001"
    channel_secret: str = "51a7ed" * 5 + "00"  # 32 hex digits, as LINE's are
    login_channel_id: str = "1650000002"
    login_channel_secret: str = "51a7ed" * 5 + "11"
    liff_id: str = "1650000002-simulate"
    liff_endpoint: str = "http://localhost:8000/p/"
    webhook: str = "http://localhost:8000/line/webhook"
    issuer: str = ""  # of ID tokens; empty: the same as `public`
    clock_url: str = ""
    clock_token: str = ""
    data: str = ""
    account_name: str = "上市町"
    account_id: str = "@kamiichi"
    redelivery_waits: tuple[float, ...] = (1, 4, 16, 60)  # LINE does not say; machine seconds

    @property
    def liff_base(self) -> str:
        return f"{self.public}/liff"


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every option from the command line, else from `SIM_LINE_<OPTION>`."""
    parser = argparse.ArgumentParser(prog="python -m simulators.line", description=__doc__)
    for field in fields(Settings):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            default=environment.get(f"SIM_LINE_{field.name.upper()}"),
        )
    given = {name: text for name, text in vars(parser.parse_args(arguments)).items() if text}
    port = given.pop("port", None)
    waits = given.pop("redelivery_waits", None)
    public = given.pop("public", None) or f"http://localhost:{port or 9100}"
    return Settings(
        **given,
        port=int(port) if port else 9100,
        public=public.rstrip("/"),
        redelivery_waits=tuple(map(float, waits.split(","))) if waits else (1, 4, 16, 60),
    )
