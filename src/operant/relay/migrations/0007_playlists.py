import uuid
from datetime import time

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Tie

TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey
PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("relay", "0006_variables"), ("stage", "0018_annotations")]

    operations = [
        migrations.CreateModel(
            name="Playlist",
            fields=[
                *tenant_columns(),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_playlist",
                "indexes": [models.Index(fields=["organization_id", "name"], name="playlist_name")],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                *tenant_columns(),
                ("name", models.CharField(max_length=120)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                "db_table": "relay_schedule",
                "indexes": [models.Index(fields=["organization_id", "name"], name="schedule_name")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                *tenant_columns(),
                ("position", models.PositiveIntegerField()),
                ("seconds", models.PositiveIntegerField(default=20)),
                ("is_enabled", models.BooleanField(default=True)),
                ("variables", models.TextField(blank=True, default="")),
                ("dashboard", TenantForeignKey(on_delete=PROTECT, related_name="+", to="stage.dashboard")),
                ("playlist", TenantForeignKey(on_delete=CASCADE, related_name="entries", to="relay.playlist")),
            ],
            options={
                "db_table": "relay_playlist_entry",
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("seconds__gte", 5), ("seconds__lte", 3600)), name="entry_seconds"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization_id", "playlist", "position"], name="entry_order"),
                    models.Index(fields=["organization_id", "dashboard"], name="entry_dashboard"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                *tenant_columns(),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("days", models.PositiveSmallIntegerField(default=127)),
                ("starts_at", models.TimeField(default=time(0))),
                ("ends_at", models.TimeField(default=time(0))),
                ("first_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Low"), (1, "Normal"), (2, "High"), (3, "Urgent")], default=1
                    ),
                ),
                ("dashboard", TenantForeignKey(null=True, on_delete=PROTECT, related_name="+", to="stage.dashboard")),
                ("playlist", TenantForeignKey(null=True, on_delete=PROTECT, related_name="+", to="relay.playlist")),
                ("schedule", TenantForeignKey(on_delete=CASCADE, related_name="rules", to="relay.schedule")),
            ],
            options={
                "db_table": "relay_schedule_rule",
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(condition=Q(("days__gte", 1), ("days__lte", 127)), name="rule_days"),
                    models.CheckConstraint(condition=Q(("priority__lte", 3)), name="rule_priority"),
                    models.CheckConstraint(
                        condition=Q(("dashboard", None), ("playlist", None), _connector="OR"), name="rule_shows_one"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("first_on", None), ("last_on", None)),
                            Q(("first_on__isnull", False), ("last_on__gte", F("first_on"))),
                            _connector="OR",
                        ),
                        name="rule_dates",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization_id", "schedule", "position"], name="rule_order"),
                    models.Index(fields=["organization_id", "dashboard"], name="rule_dashboard"),
                    models.Index(fields=["organization_id", "playlist"], name="rule_playlist"),
                ],
            },
        ),
        *(Isolate(name) for name in ("playlist", "schedule", "entry", "rule")),
        migrations.AddField(
            "screen", "playlist",
            TenantForeignKey(null=True, on_delete=PROTECT, related_name="screens", to="relay.playlist"),
        ),
        migrations.AddField(
            "screen", "schedule",
            TenantForeignKey(null=True, on_delete=PROTECT, related_name="screens", to="relay.schedule"),
        ),
        migrations.AddConstraint(
            "screen",
            models.CheckConstraint(
                condition=Q(("dashboard", None), ("playlist", None), _connector="OR"), name="screen_shows_one"
            ),
        ),
        Tie("screen", "playlist"),
        Tie("screen", "schedule"),
        # What a screen is shown hangs on them, which is read and answered in batches.
        migrations.RunSQL("GRANT SELECT (playlist_id, schedule_id) ON relay_screen TO ot_ingest", migrations.RunSQL.noop),
    ]  # fmt: skip
