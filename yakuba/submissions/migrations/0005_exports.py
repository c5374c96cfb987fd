import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yakuba.kit.fields


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0004_submissions_are_erased_and_departments_told_again"),
        ("procedures", "0002_versions_are_never_changed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("xlsx", "Excel"),
                            ("csv", "CSV（UTF-8）"),
                            ("cp932", "CSV（Shift_JIS）"),
                        ],
                        max_length=5,
                    ),
                ),
                ("query", yakuba.kit.fields.EncryptedText()),
                ("has_personal", models.BooleanField()),
                ("progress_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("kept_until", models.DateField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("name", models.CharField(blank=True, max_length=150)),
                ("parts", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("unfit", models.PositiveIntegerField(default=0)),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="procedures.procedure",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
