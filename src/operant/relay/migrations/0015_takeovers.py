import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Tie, Wait

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
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("relay", "0014_glass"), ("stage", "0018_annotations"),
    ]  # fmt: skip

    operations = [
        migrations.CreateModel(
            name="Takeover",
            fields=[
                *tenant_columns(),
                ("text", models.CharField(max_length=280)),
                (
                    "severity",
                    models.CharField(
                        choices=[("info", "For information"), ("warning", "Warning"), ("alert", "Alert")], default="info",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("version", TenantForeignKey(null=True, on_delete=PROTECT, related_name="+", to="stage.dashboardversion")),
            ],
            options={
                "db_table": "relay_takeover",
                "indexes": [models.Index(fields=["organization_id", "-created_at"], name="takeover_latest")],
                "constraints": [
                    models.CheckConstraint(condition=Q(severity__in=["info", "warning", "alert"]), name="takeover_severity"),
                    models.CheckConstraint(condition=~Q(text="") | Q(version__isnull=False), name="takeover_shows_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                *tenant_columns(),
                ("meant_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("heard_at", models.DateTimeField(null=True)),
                ("painted_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("screen", TenantForeignKey(on_delete=CASCADE, related_name="covers", to="relay.screen")),
                ("takeover", TenantForeignKey(on_delete=CASCADE, related_name="covers", to="relay.takeover")),
            ],
            options={
                "db_table": "relay_cover",
                "indexes": [models.Index(fields=["organization_id", "screen"], name="cover_screen")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "takeover", "screen"), name="cover_once"),
                ],
            },
        ),
        Isolate("takeover"),
        Isolate("cover"),
        Wait("takeover", "takeover"),
        migrations.AddField(
            "screen", "takeover",
            TenantForeignKey(null=True, on_delete=PROTECT, related_name="covered", to="relay.takeover"),
        ),
        Tie("screen", "takeover"),
        # What a screen is shown hangs on it, which is read and answered in batches.
        migrations.RunSQL("GRANT SELECT (takeover_id) ON relay_screen TO ot_ingest", migrations.RunSQL.noop),
    ]  # fmt: skip
