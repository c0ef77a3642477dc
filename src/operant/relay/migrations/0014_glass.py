from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0013_deployments")]

    operations = [
        migrations.AddField("screen", "glass", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("screen", "former_hash", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("screen", "former_next_hash", models.BinaryField(max_length=32, null=True)),
        # What was claimed before belongs to the first credential of its screen, as all screens had only one.
        migrations.AddField("pairing", "generation", models.PositiveIntegerField(default=1)),
        # What a screen is shown hangs on it, which is read and answered in batches.
        migrations.RunSQL(
            "GRANT SELECT (glass) ON relay_screen TO ot_ingest", "REVOKE SELECT (glass) ON relay_screen FROM ot_ingest"
        ),
    ]
