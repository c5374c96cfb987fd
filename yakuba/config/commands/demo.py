"""`yakuba demo prepare`: known accounts, in the demonstration only."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("demo", help="the demonstration only").add_subparsers(
        dest="action", required=True
    )
    group.add_parser("prepare", help="give the sample staff known passwords").set_defaults(
        run=_prepare
    )


def _prepare(chosen: argparse.Namespace) -> int:
    from django.conf import settings

    if settings.ENVIRONMENT != "demo":
        print("This works with ENVIRONMENT=demo only.")
        return 2
    from yakuba.config import demo

    demo.prepare()
    return 0
