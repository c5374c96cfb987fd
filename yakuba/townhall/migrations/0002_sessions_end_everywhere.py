"""Counting up ends every session of a person; what guards secrets counts in a table all processes share."""

from django.db import migrations, models

CACHE = """
CREATE TABLE townhall_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX townhall_cache_expires ON townhall_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("townhall", "0001_first_tables")]
    operations = [
        migrations.AddField(
            "staffmember", "sessions_ended", models.PositiveIntegerField(default=0)
        ),
        migrations.RunSQL(CACHE, "DROP TABLE townhall_cache"),
    ]
