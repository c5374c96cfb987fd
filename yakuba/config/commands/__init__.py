"""One file per group of commands; each has `add_to(commands)`."""

from yakuba.config.commands import (
    audit,
    database,
    demo,
    identity,
    keys,
    menus,
    procedures,
    serve,
    staff,
    town,
)

groups = (serve, database, town, procedures, menus, staff, keys, audit, identity, demo)
