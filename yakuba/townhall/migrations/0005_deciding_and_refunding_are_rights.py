"""Deciding and refunding become rights of their own: whoever handled a thing could finish with it until now."""

from django.db import migrations, models

# What a department could do yesterday it can do today; money goes back only through the owner.
GIVE = """
INSERT INTO townhall_grant (scope_id, department_id, capability)
SELECT scope_id, department_id, 'decide' FROM townhall_grant WHERE capability = 'handle'
UNION ALL
SELECT held.scope_id, held.department_id, 'refund' FROM townhall_grant AS held
JOIN townhall_scope AS scope ON scope.id = held.scope_id AND scope.department_id = held.department_id
WHERE held.capability = 'handle'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("townhall", "0004_where_maps_begin")]
    operations = [
        migrations.AlterField(
            model_name="grant",
            name="capability",
            field=models.CharField(
                choices=[
                    ("view", "一覧を見る"),
                    ("personal", "個人情報を見る"),
                    ("handle", "処理する"),
                    ("decide", "決定する"),
                    ("refund", "返金する"),
                    ("export", "書き出す"),
                    ("design", "作る・直す"),
                    ("publish", "公開する・送信する"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
