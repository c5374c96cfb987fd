"""One file per group of commands; each has `add_to(commands)`."""

from yakuba.config.commands import audit, database, demo, keys, procedures, serve, staff, town

groups = (serve, database, town, procedures, staff, keys, audit, demo)
