from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stage", "0024_read_as_chosen")]

    operations = [
        migrations.AddField("connection", "told", models.CharField(blank=True, default="", max_length=10)),
        migrations.AddField("source", "offered", models.JSONField(default=list)),
        migrations.AddField("connection", "troubled_at", models.DateTimeField(null=True)),
        # What stands now was told of.
        migrations.RunSQL(
            "UPDATE stage_connection c SET told = s.state FROM stage_source s "
            "WHERE s.connection_id = c.id AND s.organization_id = c.organization_id AND s.state IN ('ready', 'failed')",
            migrations.RunSQL.noop,
        ),
    ]
