"""What the simulator is told at start, from the command line or the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Settings:
    """One town: its two possible contracts with the operator, and its client at the OIDC provider."""

    host: str = "127.0.0.1"
    port: int = 9400
    public: str = "http://localhost:9400"
    town: str = "上市町"
    api_key: str = "cards-test-key"
    verifier_key: str = "cards-test-verifier-key"
    webhook: str = ""
    webhook_secret: str = "cards-test-webhook-secret"
    redirects: str = "http://localhost:8000/p/"  # prefixes, comma separated
    client_id: str = "kamiichi-test"
    client_jwks: str = ""  # JSON, or the path of a file with it
    client_redirects: str = ""  # whole addresses, comma separated; empty: as `redirects`
    life: int = 600  # seconds in which a card must be held
    data: str = ""
    redelivery_waits: tuple[float, ...] = (1, 4, 16, 60)

    @property
    def redirect_prefixes(self) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.redirects.split(",") if one.strip())

    @property
    def whole_redirects(self) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.client_redirects.split(",") if one.strip())

    @property
    def issuer(self) -> str:
        return f"{self.public}/api/realms/main"


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every option from the command line, else from `SIM_CARDS_<OPTION>`."""
    parser = argparse.ArgumentParser(prog="python -m simulators.cards", description=__doc__)
    for field in fields(Settings):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            default=environment.get(f"SIM_CARDS_{field.name.upper()}"),
        )
    given = {name: text for name, text in vars(parser.parse_args(arguments)).items() if text}
    port = given.pop("port", None)
    life = given.pop("life", None)
    waits = given.pop("redelivery_waits", None)
    public = given.pop("public", None) or f"http://localhost:{port or 9400}"
    return Settings(
        **given,
        port=int(port) if port else 9400,
        life=int(life) if life else 600,
        public=public.rstrip("/"),
        redelivery_waits=tuple(map(float, waits.split(","))) if waits else (1, 4, 16, 60),
    )
