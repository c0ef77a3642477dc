import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait

TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey
PROTECT, CASCADE, SET_NULL = (getattr(django.db.models.deletion, name) for name in ("PROTECT", "CASCADE", "SET_NULL"))
STATES = [
    ("planned", "Planned"), ("running", "Running"), ("halted", "Halted"), ("done", "Done"), ("rolled_back", "Rolled back"),
    ("replaced", "Replaced"), ("canceled", "Canceled"),
]


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


def person():
    return models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0012_outages_filters"),
        ("stage", "0023_unsure_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("screen", "held", models.TextField(blank=True, default="")),
        # What a screen is shown hangs on it, which is read and answered in batches.
        migrations.RunSQL(
            "GRANT SELECT (held) ON relay_screen TO ot_ingest", "REVOKE SELECT (held) ON relay_screen FROM ot_ingest"
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                *tenant_columns(),
                ("stages", models.JSONField()),
                ("stand_seconds", models.PositiveIntegerField(default=60)),
                ("patience_seconds", models.PositiveIntegerField(default=600)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("state", models.CharField(choices=STATES, default="planned", max_length=12)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("stage_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("created_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("scheduled_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("back_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("dashboard", TenantForeignKey(on_delete=PROTECT, related_name="+", to="stage.dashboard")),
                ("version", TenantForeignKey(on_delete=PROTECT, related_name="+", to="stage.dashboardversion")),
                ("before", TenantForeignKey(null=True, on_delete=PROTECT, related_name="+", to="stage.dashboardversion")),
                ("created_by", person()),
                ("rolled_back_by", person()),
            ],
            options={
                "db_table": "relay_deployment",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("state", "running")), fields=("organization_id", "dashboard"), name="deployment_one_runs"
                    ),
                    models.CheckConstraint(condition=Q(("stage__lte", 10)), name="deployment_stage"),
                ],
                "indexes": [
                    models.Index(fields=["organization_id", "-created_at"], name="deployment_latest"),
                    models.Index(fields=["organization_id", "dashboard", "-created_at"], name="deployment_of_dashboard"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeployedScreen",
            fields=[
                *tenant_columns(),
                ("stage", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField(null=True)),
                ("painted_at", models.DateTimeField(null=True)),
                ("rejected_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("errors", models.PositiveBigIntegerField(default=0)),
                ("errors_before", models.PositiveBigIntegerField(default=0)),
                ("left_out_at", models.DateTimeField(null=True)),
                ("returned_at", models.DateTimeField(null=True)),
                ("before", TenantForeignKey(null=True, on_delete=PROTECT, related_name="+", to="stage.dashboardversion")),
                ("deployment", TenantForeignKey(on_delete=CASCADE, related_name="screens", to="relay.deployment")),
                ("screen", TenantForeignKey(on_delete=CASCADE, related_name="deployments", to="relay.screen")),
            ],
            options={
                "db_table": "relay_deployed_screen",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "deployment", "screen"), name="deployed_screen_once"
                    ),
                ],
                "indexes": [models.Index(fields=["organization_id", "screen"], name="deployed_screen_screen")],
            },
        ),
        Isolate("deployment"),
        Isolate("deployedscreen"),
        Wait("deployment", "deployment"),
    ]
