"""What somebody signed must stay as it was. The canonical text may be sealed anew under another key: the digest holds it."""

import django.db.models.deletion
import uuid
import yakuba.kit.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_films_come_in_pieces'),
        ('procedures', '0004_a_run_knows_which_message_brought_what'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='made',
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name='Frozen',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('but', models.JSONField(default=list)),
                ('canonical', yakuba.kit.fields.EncryptedText()),
                ('digest', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('dropped_at', models.DateTimeField(null=True)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='frozen', to='procedures.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('dropped_at__isnull', True)), fields=('run',), name='one_frozen_of_a_run_stands')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER procedures_frozen_never_changed BEFORE UPDATE OF run_id, but, paper_id, digest, made_at ON procedures_frozen"
            " FOR EACH ROW EXECUTE FUNCTION procedures_never_changed()",
            "",
        ),
    ]
