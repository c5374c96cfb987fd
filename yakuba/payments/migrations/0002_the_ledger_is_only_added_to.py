"""What moved has moved: entries are never changed, taken out or emptied. Charges keep what they ask for."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION payments_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
# TRUNCATE passes by row triggers; the databases of the test suite are emptied between tests.
EMPTIED = """
CREATE FUNCTION payments_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_database() NOT LIKE 'yakuba\\_test\\_%' THEN
        RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION payments_never_changed CASCADE"),
        migrations.RunSQL(EMPTIED, "DROP FUNCTION payments_never_emptied CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER payments_ledger_never_changed BEFORE UPDATE OR DELETE ON payments_ledgerentry"
            " FOR EACH ROW EXECUTE FUNCTION payments_never_changed()",
            "",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER payments_ledger_never_emptied BEFORE TRUNCATE ON payments_ledgerentry"
            " FOR EACH STATEMENT EXECUTE FUNCTION payments_never_emptied()",
            "",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER payments_charge_never_changed BEFORE UPDATE OF amount, lines, scope_id, kind, title"
            " ON payments_charge FOR EACH ROW"
            " WHEN (OLD.amount <> NEW.amount OR OLD.lines <> NEW.lines OR OLD.scope_id <> NEW.scope_id"
            " OR OLD.kind <> NEW.kind OR OLD.title <> NEW.title)"
            " EXECUTE FUNCTION payments_never_changed()",
            "",
        ),
    ]
