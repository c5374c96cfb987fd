"""What residents saw must stay as they saw it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION richmenus_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("richmenus", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION richmenus_never_changed CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER richmenus_version_never_changed BEFORE UPDATE OF document, sha256, number ON richmenus_version"
            " FOR EACH ROW EXECUTE FUNCTION richmenus_never_changed()",
            "",
        ),
    ]
