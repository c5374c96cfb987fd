"""Beginning again when the database has been away."""

import logging

from django.db import connection

logger = logging.getLogger(__name__)


def reconnect(error: Exception) -> None:
    """Forget this process's connections, so that the next use opens new ones at once.

    Left alone, the pool looks for the database after 1, 2, 4, 8 … seconds; after an outage of ten
    minutes that is ten minutes without answers in the talk.
    """
    logger.error("the database does not answer: %s", type(error).__name__)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's has one
