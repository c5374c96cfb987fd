"""The address of our database, for the loops that talk to it without Django's models."""

from django.conf import settings
from psycopg.conninfo import make_conninfo


def conninfo() -> str:
    """Return what psycopg needs to connect to the database Django uses."""
    given = settings.DATABASES["default"]
    parts = {
        "dbname": str(given["NAME"]),
        "user": str(given["USER"]),
        "password": str(given["PASSWORD"]),
        "host": str(given["HOST"]),
        "port": str(given["PORT"]),
        "connect_timeout": "3",
    }
    return make_conninfo("", **{name: value for name, value in parts.items() if value})
