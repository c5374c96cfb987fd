"""What a clerk writes about a person is personal data. There are as many pauses as clerks are chatting, so all are copied at once."""

from django.db import migrations

import yakuba.kit.fields


def seal(apps, schema_editor):
    pauses = apps.get_model("line", "Pause").objects
    for pause in pauses.exclude(reason_in_clear=""):
        pauses.filter(pk=pause.pk).update(reason=pause.reason_in_clear)


class Migration(migrations.Migration):
    dependencies = [("line", "0002_content_is_fetched_and_messages_can_be_held")]
    operations = [
        migrations.RenameField("pause", "reason", "reason_in_clear"),
        migrations.AddField("pause", "reason", yakuba.kit.fields.EncryptedText(default="")),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RemoveField("pause", "reason_in_clear"),
    ]
