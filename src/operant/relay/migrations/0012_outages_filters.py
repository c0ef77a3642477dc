import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate

TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey
CASCADE = django.db.models.deletion.CASCADE


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("relay", "0011_sites_groups_tags"), ("organizations", "0014_service_accounts_invite")]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                *tenant_columns(),
                ("screen", TenantForeignKey(on_delete=CASCADE, related_name="outages", to="relay.screen")),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "db_table": "relay_outage",
                "constraints": [
                    models.CheckConstraint(condition=Q(("ended_at__gte", F("began_at"))), name="outage_ends_later")
                ],
                "indexes": [models.Index(fields=["organization_id", "screen", "ended_at"], name="outage_latest")],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                *tenant_columns(),
                ("member", TenantForeignKey(on_delete=CASCADE, related_name="+", to="organizations.membership")),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_saved_filter",
                "constraints": [
                    models.UniqueConstraint(fields=["organization_id", "member", "name"], name="saved_filter_once")
                ],
            },
        ),
        *(Isolate(name) for name in ("outage", "savedfilter")),
        # Most heartbeats report none, so counting a day's is reading a few rows; nothing is added for the others.
        migrations.AddIndex(
            "heartbeat",
            models.Index(
                fields=["organization_id", "screen_id", "at"], condition=Q(("errors__gt", 0)), name="heartbeat_errors"
            ),
        ),
    ]
