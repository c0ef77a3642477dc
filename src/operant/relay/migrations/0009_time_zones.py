from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0008_turns_in_batches")]

    operations = [
        migrations.AddField("screen", "time_zone", models.CharField(blank=True, default="", max_length=64)),
        # What a screen is shown hangs on it, which is read and answered in batches.
        migrations.RunSQL(
            "GRANT SELECT (time_zone) ON relay_screen TO ot_ingest",
            "REVOKE SELECT (time_zone) ON relay_screen FROM ot_ingest",
        ),
    ]
