"""`make demo`: the town of Kamiichi on this machine. Starts everything, and stops it at Ctrl-C.

Everything it makes lies in .local/demo; `make demo-reset` forgets it.
"""

import base64
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from simulators.cards.driver import make_client_keys
from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".local" / "demo"
LOGS = HOME / "logs"
SAMPLE = ROOT / "samples" / "kamiichi"
CLIENT_ID = "kamiichi-demo"
WISHED_PORTS = {
    "PORT": 8000,
    "WEB_PORT": 8001,
    "INTAKE_PORT": 8002,
    "LINE": 9100,
    "MAIL": 9200,
    "SMTP": 9225,
    "PAYMENTS": 9300,
    "CARDS": 9400,
    "LOCKS": 9500,
}


def say(words: str) -> None:
    print(f"  · {words}", flush=True)


def main() -> int:
    began = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    stopped = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.append(signum)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    print("yakuba: the demonstration town", flush=True)
    kept = _kept()
    ports = _ports()
    environment = _environment(kept, ports)
    server = None
    if not os.environ.get("DATABASE_URL"):
        say("starting PostgreSQL")
        server = postgres.start(HOME / "postgres")
        environment["DATABASE_URL"] = server.database("yakuba")
        _make_database(server)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        say("starting the simulators")  # they need no tables, and wake up meanwhile
        processes += _start(environment, _simulators(environment, kept, ports))
        say("bringing the tables up to date")
        _yakuba(environment, "migrate")
        _wait(environment["DEMO_CARDS_URL"] + "/cards/", processes, stopped)
        if not stopped:
            _load(environment)
            say("starting the town hall")
            processes += _start(environment, {"yakuba": ["yakuba.config.cli", "serve"]})
        _wait(f"http://localhost:{ports['PORT']}/", processes, stopped)
        if not stopped:
            _welcome(ports, time.monotonic() - began)
        while not stopped and all(process.poll() is None for process in processes):
            time.sleep(0.3)
        if not stopped:
            print(f"A part ended by itself; its words are in {LOGS.relative_to(ROOT)}.", flush=True)
            return 1
        return 0
    finally:
        print("\n  · stopping; everything is kept for next time", flush=True)
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        if server is not None:
            postgres.stop(server)


def _kept() -> dict[str, str]:
    """Return the demonstration's own keys, made once."""
    path = HOME / "keys.json"
    loaded: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if "CARDS_CLIENT_KEYS" not in loaded:
        client = make_client_keys()
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "LINE_CHANNEL_ID": "1650000001",
            "LINE_CHANNEL_SECRET": secrets.token_hex(16),
            "LINE_LOGIN_CHANNEL_ID": "1650000002",
            "LINE_LOGIN_CHANNEL_SECRET": secrets.token_hex(16),
            "LINE_LIFF_ID": "1650000002-kamiichi",
            "DEMO_TOKEN": secrets.token_urlsafe(24),
            "CARDS_KEY": secrets.token_urlsafe(24),
            "CARDS_WEBHOOK_SECRET": secrets.token_urlsafe(24),
            "CARDS_CLIENT_KEYS": client.private,
            "CARDS_CLIENT_JWKS": client.public,
        }
        loaded = {**keys, **loaded}
        path.touch(mode=0o600)
        path.write_text(json.dumps(loaded, indent=1))
    return loaded


def _ports() -> dict[str, int]:
    """Return the ports to listen on: the usual ones, or free ones near them, said aloud."""
    ports: dict[str, int] = {}
    for name, wished in WISHED_PORTS.items():
        wished = int(os.environ.get(f"DEMO_{name}", wished))
        port = next(
            p for p in range(wished, wished + 400) if p not in ports.values() and _is_free(p)
        )
        if port != wished:
            say(f"port {wished} is taken; using {port}")
        ports[name] = port
    return ports


def _is_free(port: int) -> bool:
    for host in ("127.0.0.1", "0.0.0.0"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def _environment(kept: dict[str, str], ports: dict[str, int]) -> dict[str, str]:
    line = f"http://localhost:{ports['LINE']}"
    return {
        **os.environ,
        **kept,
        "PYTHONPATH": str(ROOT),
        "ENVIRONMENT": "demo",
        "LISTEN": "127.0.0.1",
        "PUBLIC_URL": f"http://localhost:{ports['PORT']}",
        "PORT": str(ports["PORT"]),
        "WEB_PORT": str(ports["WEB_PORT"]),
        "INTAKE_PORT": str(ports["INTAKE_PORT"]),
        "LINE_API_BASE": line,
        "LINE_DATA_BASE": line,
        "LINE_ACCESS_BASE": line,
        "LIFF_SDK_URL": f"{line}/liff/sdk.js",
        "LIFF_BASE": f"{line}/liff",
        "SMTP_URL": f"smtp://localhost:{ports['SMTP']}",
        "FILES_URL": str(HOME / "files"),
        "DEMO_PHONE_URL": f"{line}/phone/",
        "DEMO_MAIL_URL": f"http://localhost:{ports['MAIL']}/",
        "DEMO_PAYMENTS_URL": f"http://localhost:{ports['PAYMENTS']}",
        "DEMO_CARDS_URL": f"http://localhost:{ports['CARDS']}",
        "DEMO_LOCKS_URL": f"http://localhost:{ports['LOCKS']}",
        "DEMO_CARDS_KEY": kept["CARDS_KEY"],
        "DEMO_CARDS_WEBHOOK_SECRET": kept["CARDS_WEBHOOK_SECRET"],
        "DEMO_CARDS_CLIENT_ID": CLIENT_ID,
        "DEMO_CARDS_CLIENT_KEYS": kept["CARDS_CLIENT_KEYS"],
    }


def _make_database(server: postgres.Server) -> None:
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'yakuba'").fetchone()
        if not found:
            connection.execute("CREATE DATABASE yakuba")


def _yakuba(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "yakuba.config.cli", *arguments], env=environment, cwd=ROOT, check=False)  # fmt: skip
    if done.returncode:
        sys.exit(f"yakuba {' '.join(arguments)} failed; see above.")


def _load(environment: dict[str, str]) -> None:
    """Load the sample town, unless it is loaded already as it is now."""
    total = hashlib.sha256(environment["DATABASE_URL"].rsplit("@")[-1].encode())
    # Where cards are checked and money is taken is written into the town's settings.
    for name in ("DEMO_CARDS_URL", "DEMO_CARDS_KEY", "DEMO_PAYMENTS_URL", "DEMO_LOCKS_URL"):
        total.update(environment[name].encode())
    for path in sorted(p for p in SAMPLE.rglob("*") if p.is_file()):
        total.update(path.read_bytes())
    stamp = HOME / "loaded"
    if stamp.exists() and stamp.read_text() == total.hexdigest():
        return
    say("loading 上市町 (samples/kamiichi)")
    _yakuba(environment, "town", "import", str(SAMPLE))
    _yakuba(environment, "demo", "prepare")
    stamp.write_text(total.hexdigest())


def _simulators(
    environment: dict[str, str], kept: dict[str, str], ports: dict[str, int]
) -> dict[str, list[str]]:
    """Return how each simulator is started, by name."""
    public = environment["PUBLIC_URL"]
    line = [
        "simulators.line", "--port", str(ports["LINE"]), "--public", f"http://localhost:{ports['LINE']}",
        "--channel-id", kept["LINE_CHANNEL_ID"], "--channel-secret", kept["LINE_CHANNEL_SECRET"],
        "--login-channel-id", kept["LINE_LOGIN_CHANNEL_ID"],
        "--login-channel-secret", kept["LINE_LOGIN_CHANNEL_SECRET"],
        "--liff-id", kept["LINE_LIFF_ID"], "--liff-endpoint", f"{public}/p/",
        "--webhook", f"{public}/line/webhook", "--clock-url", f"{public}/demo/clock",
        f"--clock-token={kept['DEMO_TOKEN']}", "--data", str(HOME / "line.json"),
    ]  # fmt: skip
    mail = ["simulators.mail", "--smtp-port", str(ports["SMTP"]), "--port", str(ports["MAIL"])]
    payments = [
        "simulators.payments", "--port", str(ports["PAYMENTS"]), "--data", str(HOME / "payments.json"),
        *_reports_to(public),
    ]  # fmt: skip
    cards = [
        "simulators.cards", "--port", str(ports["CARDS"]), "--public", environment["DEMO_CARDS_URL"],
        f"--api-key={kept['CARDS_KEY']}", f"--webhook-secret={kept['CARDS_WEBHOOK_SECRET']}",
        "--webhook", f"{public}/identity/webhook/platform_operator", "--redirects", f"{public}/p/",
        "--client-id", CLIENT_ID, "--client-jwks", kept["CARDS_CLIENT_JWKS"],
        "--data", str(HOME / "cards"),
    ]  # fmt: skip
    locks = [
        "simulators.locks", "--port", str(ports["LOCKS"]), "--data", str(HOME / "locks.json"),
        "--heartbeat", "300", "--clock-url", f"http://localhost:{ports['LINE']}/sim/state",
    ]  # fmt: skip
    return {"line": line, "mail": mail, "payments": payments, "cards": cards, "locks": locks}


def _start(
    environment: dict[str, str], programs: dict[str, list[str]]
) -> list[subprocess.Popen[bytes]]:
    processes = []
    for name, arguments in programs.items():
        log = open(LOGS / f"{name}.log", "ab")  # noqa: SIM115 (the process keeps it)
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to hand on
            )
        )
    return processes


def _reports_to(public: str) -> list[str]:
    """Tell the simulated payment services where each connection of the sample wants to hear of payments."""
    import yaml

    sample = yaml.safe_load((SAMPLE / "connections.yaml").read_text(encoding="utf-8"))
    ids = {row["kind"]: row["public_id"] for row in sample}
    return [
        part
        for kind in ("stripe", "paypay")  # SBPS is told with each order
        for part in (f"--{kind}-webhook", f"{public}/pay/messages/{ids[kind]}/")
    ]


def _wait(url: str, processes: list[subprocess.Popen[bytes]], stopped: list[int]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and not stopped:
        if any(process.poll() is not None for process in processes):
            sys.exit(f"A part did not start; its words are in {LOGS.relative_to(ROOT)}.")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    if not stopped:
        sys.exit(f"{url} did not answer; see {LOGS.relative_to(ROOT)}.")


def _welcome(ports: dict[str, int], seconds: float) -> None:
    print(
        f"""
  Ready after {seconds:.0f} s.  できました。

    http://localhost:{ports["PORT"]}/    ここから始めてください (start here)
    Ctrl-C で終わります。データは残ります (make demo-reset で消えます)。
""",
        flush=True,
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except postgres.NoPostgres as no:
        sys.exit(str(no))
