"""One file per group of commands; each has `add_to(commands)`."""

from yakuba.config.commands import database, keys, serve, staff, town

groups = (serve, database, town, staff, keys)
