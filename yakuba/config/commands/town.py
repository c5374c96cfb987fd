"""`yakuba town import FOLDER`: load a town's files, in the format of `samples/kamiichi`."""

import argparse
from pathlib import Path
from typing import Any


def add_to(commands: Any) -> None:
    group = commands.add_parser("town", help="the town's files").add_subparsers(
        dest="action", required=True
    )
    load = group.add_parser(
        "import", help="load or renew what a folder describes; twice is the same as once"
    )
    load.add_argument("folder", type=Path)
    load.set_defaults(run=_import)


def _import(chosen: argparse.Namespace) -> None:
    from yakuba.config import town_files

    for line in town_files.load(chosen.folder):
        print(line, flush=True)
