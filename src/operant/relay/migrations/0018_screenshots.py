import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate

KINDS = [
    ("identify", "Show its name"), ("reload", "Reload"), ("restart", "Restart the player"), ("clear_cache", "Clear its cache"),
    ("screenshot", "Send its picture"),
]
SCREEN = operant.platform.tenancy.models.TenantForeignKey(
    on_delete=django.db.models.deletion.CASCADE, related_name="screenshots", to="relay.screen"
)


class Migration(migrations.Migration):
    dependencies = [("relay", "0017_thrown")]

    operations = [
        migrations.AlterField("command", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.CreateModel(
            name="Screenshot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "organization_id",
                    models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
                ),
                ("screen", SCREEN),
                ("jpeg", models.BinaryField(max_length=200000)),
                ("version", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_screenshot",
                "constraints": [models.UniqueConstraint(fields=("organization_id", "screen"), name="screenshot_once")],
                "indexes": [models.Index(fields=["organization_id", "taken_at"], name="screenshot_taken")],
            },
        ),
        Isolate("screenshot"),
    ]
