"""TRUNCATE passes by row triggers, so it is refused by one of its own.

Only the databases of the test suite, which empties every table between tests, are let off.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_database() NOT LIKE 'yakuba\\_test\\_%' THEN
        RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_entries_are_never_changed")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_never_emptied CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_never_emptied()",
            "",
        ),
    ]
