from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0003_receipt_numbers")]
    operations = [
        migrations.AddField("submission", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddField("submission", "erased_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "submission",
            models.Index(
                name="submission_to_erase",
                fields=["kept_until"],
                condition=models.Q(("erased_at", None)),
            ),
        ),
    ]
