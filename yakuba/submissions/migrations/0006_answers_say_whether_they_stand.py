"""Which version an answer is of, and whether it stands, so that groups can ask.

What is there already is filled in one statement: no town has more than some thousands of answers yet.
"""

from django.db import migrations, models

FILL = """
    UPDATE submissions_clearanswer a SET version = v.number, is_latest = s.is_latest
    FROM (
        SELECT id, resident_id IS NOT NULL AND status <> 'withdrawn' AND id = first_value(id) OVER (
            PARTITION BY resident_id, procedure_id
            ORDER BY status = 'withdrawn', submitted_at DESC, id DESC
        ) AS is_latest
        FROM submissions_submission
    ) s
    JOIN LATERAL (
        SELECT version_id FROM submissions_revision WHERE submission_id = s.id
        ORDER BY number DESC LIMIT 1
    ) r ON TRUE
    JOIN procedures_version v ON v.id = r.version_id
    WHERE a.submission_id = s.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0003_groups_ask_how_far_somebody_came'),
        ('residents', '0002_reattachments_are_undone_and_two_forget'),
        ('submissions', '0005_exports'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='clearanswer',
            name='clear_answer_choice',
        ),
        migrations.AddField(
            model_name='clearanswer',
            name='is_latest',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='clearanswer',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunSQL(FILL, ""),
        migrations.AddIndex(
            model_name='clearanswer',
            index=models.Index(fields=['procedure', 'question', 'choice'], include=('resident', 'number', 'day', 'version', 'is_latest'), name='clear_answer_choice'),
        ),
    ]
