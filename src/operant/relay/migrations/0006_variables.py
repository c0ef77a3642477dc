from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relay", "0005_goodbyes")]

    operations = [
        migrations.AddField(
            model_name="screen",
            name="variables",
            field=models.TextField(blank=True, default=""),
        ),
        # What a screen is shown hangs on them, which is read and answered in batches.
        migrations.RunSQL(
            "GRANT SELECT (variables) ON relay_screen TO ot_ingest",
            migrations.RunSQL.noop,
        ),
    ]
