import uuid
from datetime import time

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Tie

TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey
PROTECT = django.db.models.deletion.PROTECT


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("relay", "0010_commands_until_they_expire")]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                *tenant_columns(),
                ("name", models.CharField(max_length=120)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("days", models.PositiveSmallIntegerField(default=127)),
                ("opens_at", models.TimeField(default=time(0))),
                ("closes_at", models.TimeField(default=time(0))),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_site",
                "constraints": [
                    models.UniqueConstraint("organization_id", Lower("name"), name="site_once"),
                    models.CheckConstraint(condition=Q(("days__gte", 1), ("days__lte", 127)), name="site_days"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                *tenant_columns(),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_group",
                "constraints": [models.UniqueConstraint("organization_id", Lower("name"), name="group_once")],
            },
        ),
        *(Isolate(name) for name in ("site", "group")),
        migrations.AddField(
            "screen", "site", TenantForeignKey(null=True, on_delete=PROTECT, related_name="screens", to="relay.site")
        ),
        migrations.AddField(
            "screen", "group", TenantForeignKey(null=True, on_delete=PROTECT, related_name="screens", to="relay.group")
        ),
        migrations.AddField("screen", "tags", models.JSONField(default=list)),
        Tie("screen", "site"),
        Tie("screen", "group"),
    ]
