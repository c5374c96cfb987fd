"""`yakuba keys make|rotate`: the keys that personal data are encrypted with."""

import argparse
from collections.abc import Callable
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("keys", help="keys of personal data").add_subparsers(
        dest="action", required=True
    )
    group.add_parser("make", help="print a new key for DATA_KEY")
    rotate = group.add_parser(
        "rotate",
        help="write everything anew under the first key of DATA_KEY; may be stopped and run again",
    )
    rotate.set_defaults(run=_rotate)


def _rotate(chosen: argparse.Namespace) -> None:
    from functools import partial

    from yakuba.kit import datakeys, rotation, upkeep

    done: object | None = None
    count = 0
    while (step := datakeys.wrap_anew(done))[0] is not None:
        done, count = step[0], count + step[1]
    print(f"data keys: {count} wrapped anew", flush=True)
    for model, columns in rotation.tables():
        _through(model._meta.label, partial(rotation.rewrite, model, columns))
    for column in upkeep.encrypted:
        _through(column.name, column.rewrite)
    print("Everything lies under the first key; the others can be taken out of DATA_KEY.")


def _through(name: str, rewrite: Callable[[object | None], object | None]) -> None:
    done: object | None = None
    while (done := rewrite(done)) is not None:
        pass
    print(f"{name}: done", flush=True)
