"""Several posts may travel as one letter, each address has its own fate, and texts are encrypted.

Nothing was posted before this migration, so no text is carried over.
"""

import django.db.models.deletion
from django.db import migrations, models

import yakuba.kit.fields
import yakuba.mail.models


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_first_tables")]

    operations = [
        migrations.RemoveField("letter", "body"),
        migrations.RemoveField("letter", "dedupe_key"),
        migrations.AddField("letter", "left", models.JSONField(default=list)),
        migrations.AddField("letter", "refused", models.JSONField(default=list)),
        migrations.AddField("letter", "batch_key", models.CharField(max_length=120, blank=True)),
        migrations.AddField("letter", "is_secret", models.BooleanField(default=False)),
        migrations.AddField("letter", "due_at", models.DateTimeField()),
        migrations.AlterField(
            "letter",
            "message_id",
            models.CharField(max_length=120, default=yakuba.mail.models.new_message_id),
        ),
        migrations.AlterField(
            "letter",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "送信待ち"),
                    ("sent", "送信ずみ"),
                    ("failed", "送れませんでした"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "letter",
            models.Index(
                name="letter_batch", fields=["batch_key"], condition=models.Q(state="waiting")
            ),
        ),
        migrations.CreateModel(
            "Part",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", yakuba.kit.fields.EncryptedText()),
                ("dedupe_key", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="mail.letter",
                    ),
                ),
            ],
        ),
    ]
