from django.db import migrations, models

import operant.platform.tenancy.context
from operant.platform.tenancy.operations import CreatePartitioned, Ingest, Isolate, Partition

SEEN = ["viewport_width", "viewport_height", "browser_engine", "browser_major"]


class Migration(migrations.Migration):
    dependencies = [("relay", "0001_first")]

    operations = [
        CreatePartitioned(
            name="Heartbeat",
            by="at",
            fields=[
                (
                    "organization_id",
                    models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
                ),
                ("at", models.DateTimeField()),
                ("screen_id", models.UUIDField()),
                ("version", models.UUIDField(null=True)),
                ("viewport_width", models.PositiveIntegerField()),
                ("viewport_height", models.PositiveIntegerField()),
                ("browser_engine", models.CharField(max_length=20)),
                ("browser_major", models.PositiveIntegerField()),
                ("painted_at", models.DateTimeField(null=True)),
                ("errors", models.PositiveIntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "screen_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
            options={"db_table": "relay_heartbeat"},
        ),
        Isolate("heartbeat"),
        Ingest(
            "heartbeat",
            insert=["organization_id", "screen_id", "at", *SEEN, "version", "painted_at", "errors"],
        ),
        Ingest(
            "screen",
            select=[
                "id", "organization_id", "unpaired_at", "generation", "state", *SEEN, "rendered_version_id", "pace_at",
                "dashboard_id", "name", "theme",
            ],
            update=["last_seen_at", "left_at", "pace_at", "rendered_at"],
        ),
        # Room in each page for the next state of its rows: a heartbeat then writes no index.
        migrations.RunSQL("ALTER TABLE relay_screen SET (fillfactor = 70)", migrations.RunSQL.noop),
        Partition("heartbeat", by="at", months=3),
    ]
