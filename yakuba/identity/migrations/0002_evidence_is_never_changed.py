"""Evidence stays as it was; keys are rotated through the sealed columns and the keyed hashes alone."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION identity_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
SHUT = (
    "check_of_id, card, signed_digest, digest_alg, revocation_state, revocation_source, revocation_checked_at,"
    " policy_oid, custody, verified_at, evidence_hash"
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_first_tables")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION identity_never_changed CASCADE"),
        migrations.RunSQL(
            f"CREATE TRIGGER identity_evidence_never_changed BEFORE UPDATE OF {SHUT} ON identity_evidence"
            " FOR EACH ROW EXECUTE FUNCTION identity_never_changed()",
            "",
        ),
    ]
