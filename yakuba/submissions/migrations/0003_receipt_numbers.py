from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("submissions", "0002_revisions_are_never_changed")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE submissions_receipt_no", "DROP SEQUENCE submissions_receipt_no")
    ]
