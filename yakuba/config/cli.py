"""The `yakuba` command: run the house, load a town, look after keys and versions."""

import argparse
import os
import sys

from yakuba.config import environment
from yakuba.config.environment import WrongSetting
from yakuba.kit.errors import Refusal


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what a person did wrong becomes a sentence and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yakuba.config.settings")
    if (arguments or sys.argv[1:])[:2] == ["keys", "make"]:
        return _make_key()  # needed before the environment is complete
    from yakuba.config.commands import groups

    parser = argparse.ArgumentParser(prog="yakuba", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for group in groups:
        group.add_to(commands)
    chosen = parser.parse_args(arguments)
    try:
        environment.read()
        if chosen.command != "serve":  # its parts load what they need, to keep memory small
            import django

            django.setup()
        return int(chosen.run(chosen) or 0)
    except WrongSetting as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except Refusal as no:
        print(no, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _make_key() -> int:
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
