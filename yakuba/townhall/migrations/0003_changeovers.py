"""Yearly change-overs are planned and carried out once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("townhall", "0002_sessions_end_everywhere")]
    operations = [
        migrations.CreateModel(
            "Changeover",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="実施日")),
                ("movers", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "予定"),
                            ("done", "実施ずみ"),
                            ("cancelled", "取りやめ"),
                            ("refused", "実施できませんでした"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")),
                        fields=["day"],
                        name="changeover_planned",
                    )
                ],
            },
        ),
    ]
