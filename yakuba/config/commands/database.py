"""`yakuba migrate`: bring the tables to the present release."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    parser = commands.add_parser("migrate", help="bring the tables to the present release")
    parser.set_defaults(run=_migrate)


def _migrate(chosen: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
