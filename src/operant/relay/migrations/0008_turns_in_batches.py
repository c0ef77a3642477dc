from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0007_playlists")]

    operations = [
        # A screen that turns names another version mostly, and is heard in batches like all others.
        migrations.RunSQL(
            "GRANT UPDATE (rendered_version_id) ON relay_screen TO ot_ingest",
            "REVOKE UPDATE (rendered_version_id) ON relay_screen FROM ot_ingest",
        ),
    ]
