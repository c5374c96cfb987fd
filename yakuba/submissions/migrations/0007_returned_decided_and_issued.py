"""Applications are returned, decided and issued; where each stands is stored in one word."""

import django.db.models.deletion
import uuid
import yakuba.kit.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_films_come_in_pieces'),
        ('procedures', '0004_a_run_knows_which_message_brought_what'),
        ('residents', '0003_a_choice_says_from_which_age'),
        ('submissions', '0006_answers_say_whether_they_stand'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChecklistTick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('ticked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('approved', '承認する'), ('rejected', '不承認とする')], max_length=8)),
                ('reason', yakuba.kit.fields.EncryptedText()),
                ('checks', models.JSONField()),
                ('proof', models.CharField(max_length=10)),
                ('decided_at', models.DateTimeField()),
                ('reopened_at', models.DateTimeField(null=True)),
                ('reopened_because', yakuba.kit.fields.EncryptedText(default='')),
            ],
        ),
        migrations.CreateModel(
            name='OfficialLetter',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('approval', '承認の通知'), ('issue', '交付の通知'), ('rejection', '不承認の通知')], max_length=9)),
                ('content', yakuba.kit.fields.EncryptedJSON()),
                ('written_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('recalled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReturnRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', yakuba.kit.fields.EncryptedJSON()),
                ('message', yakuba.kit.fields.EncryptedText()),
                ('due_on', models.DateField()),
                ('returned_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('open', '待っています'), ('resubmitted', '直されました'), ('lapsed', '期限が過ぎました'), ('withdrawn', '取り下げられました')], default='open', max_length=12)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='submission',
            name='submission_waiting',
        ),
        migrations.AddField(
            model_name='submission',
            name='days_left',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='decide_by',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='display',
            field=models.CharField(choices=[('new', '未対応'), ('working', '対応中'), ('submitted', '受付（審査前）'), ('resubmitted', '再提出（審査前）'), ('paid', '支払い済み（審査前）'), ('under_review', '審査中'), ('returned', '補正待ち'), ('payment_requested', '支払い待ち'), ('additional_payment', '追加の支払い待ち'), ('proof_doubtful', '本人確認の見直し'), ('approved', '承認'), ('issued', '交付済み'), ('done', '完了'), ('rejected', '不承認'), ('withdrawn', '取下げ')], default='new', max_length=20),
        ),
        migrations.AddField(
            model_name='submission',
            name='owed',
            field=models.CharField(default='none', max_length=10),
        ),
        migrations.AddField(
            model_name='submission',
            name='proof',
            field=models.CharField(default='none', max_length=10),
        ),
        migrations.AddField(
            model_name='submission',
            name='stage_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='withdrawal_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='submission',
            name='status',
            field=models.CharField(choices=[('new', '未対応'), ('working', '対応中'), ('returned', '補正待ち'), ('approved', '承認'), ('done', '完了'), ('rejected', '不承認'), ('withdrawn', '取下げ')], default='new', max_length=10),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('status__in', ('new', 'working', 'returned', 'approved'))), fields=['status', 'submitted_at'], name='submission_waiting'),
        ),
        migrations.AddField(
            model_name='checklisttick',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checklisttick',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ticks', to='submissions.submission'),
        ),
        migrations.AddField(
            model_name='decision',
            name='reopened_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='revision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='submissions.revision'),
        ),
        migrations.AddField(
            model_name='decision',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='submissions.submission'),
        ),
        migrations.AddField(
            model_name='officialletter',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='officialletter',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='submissions.submission'),
        ),
        migrations.AddField(
            model_name='officialletter',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='returned_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='submissions.revision'),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='submissions.submission'),
        ),
        migrations.AddConstraint(
            model_name='checklisttick',
            constraint=models.UniqueConstraint(fields=('submission', 'number'), name='tick_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('reopened_at', None)), fields=('submission',), name='one_standing_decision'),
        ),
        migrations.AddIndex(
            model_name='officialletter',
            index=models.Index(condition=models.Q(('file', None)), fields=['written_at'], name='letter_to_make'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['due_on'], name='return_due'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('submission',), name='one_open_return'),
        ),
        # What was there before is called as it was.
        migrations.RunSQL("UPDATE submissions_submission SET display = status", migrations.RunSQL.noop),
    ]
