from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0002_heartbeats")]

    operations = [
        # Streams that go on are noted in batches too.
        migrations.RunSQL(
            "GRANT SELECT (connected_by, connected_until), UPDATE (connected_by, connected_until) ON relay_screen TO ot_ingest",
            migrations.RunSQL.noop,
        ),
    ]
