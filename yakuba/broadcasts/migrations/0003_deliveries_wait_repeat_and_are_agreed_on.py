"""What a clerk wrote moves from the wordings to the delivery; wordings are made when it is planned."""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
import yakuba.broadcasts.models.results
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('broadcasts', '0002_deliveries_halt_and_count_whom_line_was_given'),
        ('segments', '0002_two_clerks_are_told_apart'),
        ('townhall', '0004_where_maps_begin'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rev', models.PositiveIntegerField()),
                ('verdict', models.CharField(choices=[('agreed', '承認'), ('returned', '差戻し')], max_length=8)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('code', models.CharField(db_collation='C', default=yakuba.broadcasts.models.results.new_code, max_length=16, unique=True)),
                ('url', models.TextField()),
                ('label', models.CharField(blank=True, max_length=100)),
                ('taps', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('impressions', models.PositiveIntegerField(null=True)),
                ('clicks', models.PositiveIntegerField(null=True)),
                ('played', models.PositiveIntegerField(null=True)),
                ('raw', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Safeguards',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('two_persons_above', models.PositiveIntegerField(default=1000, verbose_name='2人で確かめる人数')),
                ('grace_minutes', models.PositiveSmallIntegerField(default=5, verbose_name='送信前の待ち時間（分）')),
                ('night_from', models.TimeField(default=datetime.time(20, 0), verbose_name='夜間の始まり')),
                ('night_until', models.TimeField(default=datetime.time(8, 0), verbose_name='夜間の終わり')),
                ('most_per_person', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='1人に送る回数の上限')),
                ('most_within_days', models.PositiveSmallIntegerField(default=7, verbose_name='上限を数える日数')),
                ('kept_for_disaster', models.PositiveIntegerField(default=0, verbose_name='災害用に残す通数')),
            ],
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='名前')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('running', '実施中'), ('paused', '休止'), ('ended', '終了')], default='draft', max_length=8)),
                ('condition', models.JSONField()),
                ('content', models.JSONField()),
                ('rule', models.JSONField()),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('expected', models.PositiveIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('made_until', models.DateField(null=True)),
                ('rev', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='名前')),
                ('is_for_disaster', models.BooleanField(default=False, verbose_name='災害用')),
                ('content', models.JSONField()),
                ('condition', models.JSONField()),
                ('order', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('rev', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_sent_by_somebody',
        ),
        migrations.AddField(
            model_name='arm',
            name='language',
            field=models.CharField(default='ja', max_length=10),
        ),
        migrations.AddField(
            model_name='delivery',
            name='audience',
            field=models.CharField(choices=[('judged', '送るときに条件で選ぶ'), ('frozen', 'いまの人に決めておく')], default='judged', max_length=6, verbose_name='送る相手の決め方'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='begins_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='capped',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='delivery',
            name='content',
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(
            """
            UPDATE broadcasts_delivery d SET content = jsonb_build_object('schema', 1, 'parts',
              jsonb_build_array(jsonb_build_object('kind', 'text', 'text',
                jsonb_build_object('ja', a.text, 'ja-easy', '', 'en', ''))))
            FROM broadcasts_delivery_arm a WHERE a.delivery_id = d.id AND a.number = 0;
            DELETE FROM broadcasts_delivery_arm a USING broadcasts_delivery d
            WHERE a.delivery_id = d.id AND d.state = 'draft';
            SET CONSTRAINTS ALL IMMEDIATE;
            """,
            elidable=True,
        ),
        migrations.RemoveField(
            model_name='arm',
            name='text',
        ),
        migrations.AddField(
            model_name='delivery',
            name='corrects',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='broadcasts.delivery'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='expected',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='frozen',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name='delivery',
            name='held_because',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='delivery',
            name='kind',
            field=models.CharField(choices=[('normal', 'お知らせ'), ('disaster', '災害'), ('correction', '訂正'), ('automatic', '自動')], default='normal', max_length=10, verbose_name='種類'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='night_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='夜間に送る理由'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='occurs_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='overridden',
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('draft', '下書き'), ('asked', '承認待ち'), ('scheduled', '予約'), ('waiting', 'まもなく送信'), ('held', '確認待ち'), ('sending', '送信中'), ('halted', '中断'), ('stopped', '停止'), ('sent', '送信済み'), ('dropped', '取りやめ')], default='draft', max_length=9),
        ),
        migrations.AddField(
            model_name='approval',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='broadcasts.delivery'),
        ),
        migrations.AddField(
            model_name='approval',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='link',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='broadcasts.delivery'),
        ),
        migrations.AddField(
            model_name='reading',
            name='arm',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='broadcasts.arm'),
        ),
        migrations.AddConstraint(
            model_name='safeguards',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='safeguards_one_row'),
        ),
        migrations.AddField(
            model_name='series',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='series',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='series',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='townhall.scope'),
        ),
        migrations.AddField(
            model_name='series',
            name='segment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='series', to='segments.segment'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='series',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='broadcasts.series'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ('scheduled', 'waiting'))), fields=['due_at'], name='delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'asked', 'scheduled', 'waiting', 'held', 'dropped')), models.Q(('planned__isnull', False), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='delivery_sent_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('occurs_at__isnull', True), ('series__isnull', True)), models.Q(('occurs_at__isnull', False), ('series__isnull', False)), _connector='OR'), name='delivery_occurrence_of_a_series'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('series', 'occurs_at'), name='occurrence_once'),
        ),
        migrations.AddField(
            model_name='template',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='template',
            name='scope',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='townhall.scope'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('delivery', 'number'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(fields=('arm', 'read_on'), name='reading_once'),
        ),
    ]
