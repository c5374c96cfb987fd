"""What residents answered to must stay as they saw it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION procedures_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION procedures_never_changed CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER procedures_version_never_changed BEFORE UPDATE OF document, sha256, number ON procedures_version"
            " FOR EACH ROW EXECUTE FUNCTION procedures_never_changed()",
            "",
        ),
    ]
