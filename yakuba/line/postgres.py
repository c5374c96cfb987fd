"""The address of our database, for the loops that talk to it without Django's models."""

from django.conf import settings
from psycopg.conninfo import make_conninfo


def conninfo() -> str:
    """Return what psycopg needs to connect to the database Django uses."""
    given = settings.DATABASES["default"]
    parts: dict[str, str] = {
        "dbname": given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
    }
    return make_conninfo(
        "", connect_timeout=3, **{name: value for name, value in parts.items() if value}
    )
