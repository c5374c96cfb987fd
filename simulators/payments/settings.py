"""What the simulator is told at start, from the command line or the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

_RETRIES = (0.5, 2.0, 8.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """One merchant at each of the three providers, with keys that everybody may know."""

    host: str = "127.0.0.1"
    port: int = 9300
    public: str = "http://localhost:9300"
    merchant_name: str = "上市町"
    stripe_secret_key: str = "sk_test_kamiichi_does_not_exist"
    stripe_webhook_secret: str = "whsec_kamiichi_does_not_exist"
    stripe_webhook: str = "http://localhost:8000/pay/message/stripe"
    paypay_api_key: str = "a_kamiichi_does_not_exist"
    paypay_api_secret: str = "paypay-secret-that-does-not-exist"
    paypay_merchant_id: str = "100000000000000001"
    paypay_webhook: str = "http://localhost:8000/pay/message/paypay"
    sbps_merchant_id: str = "30001"
    sbps_service_id: str = "001"
    sbps_hash_key: str = "5ba7" * 10
    sbps_hash_charset: str = "utf-8"
    sbps_api_user: str = "30001001"
    sbps_api_password: str = "5ba7" * 10
    data: str = ""
    retry_waits: tuple[float, ...] = _RETRIES  # machine seconds


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every option from the command line, else from `SIM_PAYMENTS_<OPTION>`."""
    parser = argparse.ArgumentParser(prog="python -m simulators.payments", description=__doc__)
    for field in fields(Settings):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            default=environment.get(f"SIM_PAYMENTS_{field.name.upper()}"),
        )
    given = {name: text for name, text in vars(parser.parse_args(arguments)).items() if text}
    port = int(given.pop("port", None) or 9300)
    waits = given.pop("retry_waits", None)
    public = given.pop("public", None) or f"http://localhost:{port}"
    return Settings(
        **given,
        port=port,
        public=public.rstrip("/"),
        retry_waits=tuple(map(float, waits.split(","))) if waits else _RETRIES,
    )
