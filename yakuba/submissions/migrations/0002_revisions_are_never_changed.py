"""What was handed in stays as it was; keys are rotated through `answers` alone."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION submissions_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION submissions_never_changed CASCADE"),
        migrations.RunSQL(
            "CREATE TRIGGER submissions_revision_never_changed BEFORE UPDATE OF number, version_id, run_id, handed_in_at ON submissions_revision"
            " FOR EACH ROW EXECUTE FUNCTION submissions_never_changed()",
            "",
        ),
    ]
