"""`yakuba staff create`: the first administrator, who invites the others."""

import argparse
import getpass
import os
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("staff", help="people who work here").add_subparsers(
        dest="action", required=True
    )
    create = group.add_parser("create", help="make an administrator; the password is asked")
    create.add_argument("email")
    create.add_argument("name")
    create.set_defaults(run=_create)


def _create(chosen: argparse.Namespace) -> None:
    from yakuba.townhall import operations

    password = os.environ.get("YAKUBA_PASSWORD") or getpass.getpass(
        "Password (12 characters or more): "
    )
    staff = operations.create_administrator(email=chosen.email, name=chosen.name, password=password)
    print(f"{staff.email} can sign in now, and is asked for a second factor the first time.")
