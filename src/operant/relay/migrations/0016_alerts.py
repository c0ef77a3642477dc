import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
import operant.relay.models.alerts
from operant.platform.tenancy.operations import Isolate, Wait

TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey
KINDS = [
    ("never_seen", "Never seen"), ("late", "Late"), ("offline", "Offline"), ("behind", "Behind"), ("errors", "Errors rising"),
    ("frozen", "Frozen"), ("clock", "Clock wrong"),
]
STATES = [("pending", "Pending"), ("raised", "Raised"), ("resting", "Resting")]


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


def screen(name):
    return TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name=name, to="relay.screen")


class Migration(migrations.Migration):
    dependencies = [("relay", "0015_takeovers")]

    operations = [
        migrations.CreateModel(
            name="Alerting",
            fields=[
                *tenant_columns(),
                ("kinds", models.JSONField(default=operant.relay.models.alerts._usual)),
                ("never_seen_hours", models.PositiveSmallIntegerField(default=2)),
                ("errors_from", models.PositiveIntegerField(default=20)),
            ],
            options={
                "db_table": "relay_alerting",
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id",), name="alerting_once"),
                    models.CheckConstraint(
                        condition=Q(never_seen_hours__gte=1, never_seen_hours__lte=336), name="alerting_hours"
                    ),
                    models.CheckConstraint(condition=Q(errors_from__gte=5, errors_from__lte=10000), name="alerting_errors"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                *tenant_columns(),
                ("screen", screen("watches")),
                ("wanted_since", models.DateTimeField(null=True)),
                ("nudged", models.PositiveSmallIntegerField(default=0)),
                ("muted_until", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "relay_watch",
                "constraints": [models.UniqueConstraint(fields=("organization_id", "screen"), name="watch_once")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                *tenant_columns(),
                ("screen", screen("alarms")),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("state", models.CharField(choices=STATES, default="pending", max_length=7)),
                ("since", models.DateTimeField()),
                ("over_at", models.DateTimeField(null=True)),
                ("times", models.PositiveIntegerField(default=1)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "relay_alarm",
                "constraints": [models.UniqueConstraint(fields=("organization_id", "screen", "kind"), name="alarm_once")],
            },
        ),
        Isolate("alerting"),
        Isolate("watch"),
        Isolate("alarm"),
        Wait("watch", "watch"),
        Wait("alarm", "alarm"),
        # Screens of before are looked after too, and not all at the same second.
        migrations.RunSQL(
            "INSERT INTO relay_watch (id, organization_id, screen_id, nudged, due_at) "
            "SELECT gen_random_uuid(), organization_id, id, 0, now() + random() * interval '5 minutes' "
            "FROM relay_screen WHERE unpaired_at IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
