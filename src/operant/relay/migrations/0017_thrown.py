from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0016_alerts")]

    operations = [
        # With a default of the database's: heartbeats that report nothing are written without it.
        # Without a check of its sign, for which all that stands would be read while nobody may write.
        migrations.AddField("heartbeat", "thrown", models.IntegerField(db_default=0)),
        migrations.AddField("deployedscreen", "errors_before_seconds", models.PositiveIntegerField(default=86_400)),
        # What the last day's heartbeats counted is thrown at most: a version is not to be blamed for what was there before.
        migrations.RunSQL(
            "UPDATE relay_heartbeat SET thrown = errors WHERE errors > 0 AND at > now() - interval '1 day'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "UPDATE relay_deployed_screen s SET errors_before_seconds = d.stand_seconds FROM relay_deployment d "
            "WHERE d.id = s.deployment_id",
            migrations.RunSQL.noop,
        ),
    ]
