"""The trail is only ever added to (5(3)エ, 8(3)イ)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_never_changed CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER audit_entry_never_changed BEFORE UPDATE OR DELETE ON audit_entry"
            " FOR EACH ROW EXECUTE FUNCTION audit_never_changed()",
            "",
        ),
    ]
