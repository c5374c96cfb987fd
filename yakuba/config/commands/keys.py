"""`yakuba keys make|rotate`: the keys that personal data are encrypted with."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("keys", help="keys of personal data").add_subparsers(
        dest="action", required=True
    )
    group.add_parser("make", help="print a new key for DATA_KEY")
    rotate = group.add_parser(
        "rotate", help="write everything anew under the first key of DATA_KEY; may be stopped and run again"
    )
    rotate.set_defaults(run=_rotate)


def _rotate(chosen: argparse.Namespace) -> None:
    from yakuba.kit import upkeep

    for column in upkeep.encrypted:
        done: object | None = None
        while True:
            step = column.rewrite(done)
            if step is None:
                break
            done = step
        print(f"{column.name}: done")
