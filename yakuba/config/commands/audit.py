"""`yakuba audit verify`: whether anybody changed the trail."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("audit", help="the trail").add_subparsers(
        dest="action", required=True
    )
    verify = group.add_parser(
        "verify",
        help="follow the chain of hashes from the first entry to the last; write the last one down",
    )
    verify.set_defaults(run=_verify)


def _verify(chosen: argparse.Namespace) -> int:
    from yakuba.audit import queries

    verdict = queries.verify()
    if not verdict.is_whole:
        print(
            f"The chain is broken at entry {verdict.broken_at}: it or the one before it was changed."
        )
        return 1
    print(f"{verdict.entries} entries, none changed. Last hash: {verdict.head.hex()}")
    return 0
