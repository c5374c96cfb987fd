"""`python -m bench`: list, run one, run all; results are kept in `bench/results`."""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from types import FrameType

from bench import (
    delivery,
    export,
    front,
    intake,
    machine,
    memory,
    registers,
    results,
    rig,
    segments,
    turn,
)
from bench.options import Options
from bench.results import Result

BENCHES: dict[str, tuple[str, Callable[[rig.Rig, Options], Result]]] = {
    "intake": ("webhook in, 200 after COMMIT, beside two bare servers", intake.run),
    "turn": ("webhook in, reply out, beside a loop that says the same statements", turn.run),
    "memory": ("all processes of the product after some work", memory.run),
    "delivery": ("a message to a million, against LINE's wall", delivery.run),
    "segments": ("twenty rules over a million residents, beside hand-written SQL", segments.run),
    "registers": ("100,000 rows into a register, and people looked up in it", registers.run),
    "export": ("a million answers into a file: memory and rows a second", export.run),
    "front": ("a page through the one port, and from the web part directly", front.run),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run; none: all of them")
    parser.add_argument("--list", action="store_true", help="say which there are")
    parser.add_argument("--rounds", type=int, default=Options().rounds)
    parser.add_argument("--seconds", type=float, default=Options().seconds, help="of each phase")
    parser.add_argument("--note", default="", help="a sentence to keep with the results")
    chosen = parser.parse_args(arguments)
    if chosen.list or chosen.names == ["list"]:
        for name, (words, _bench) in BENCHES.items():
            print(f"{name:9} {words}")
        return 0
    wanted = list(BENCHES) if chosen.names in ([], ["all"]) else chosen.names
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    signal.signal(signal.SIGTERM, _leave)
    options = Options(rounds=chosen.rounds, seconds=chosen.seconds)
    return _run(wanted, options, note=chosen.note)


def _run(wanted: list[str], options: Options, *, note: str) -> int:
    on = date.fromtimestamp(time.time())
    with rig.running() as town:
        here = machine.describe(town.server.url)
        print(machine.as_words(here), flush=True)
        for name in wanted:
            print(f"{name}: {options.rounds} rounds, some minutes …", flush=True)
            result = BENCHES[name][1](town, options)
            result.notes += [note] if note else []
            if here.load_before > 0.5:
                result.notes.append(
                    "Other work was running on this machine; believe the ratios, not the figures."
                )
            path = results.write(result, here, on=on)
            print("\n" + results.as_markdown(result, here, on=on), flush=True)
            print(f"kept in {path.relative_to(rig.ROOT)}", flush=True)
    return 0


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(f"stopped by signal {signum}")  # so that what was started is stopped too


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
