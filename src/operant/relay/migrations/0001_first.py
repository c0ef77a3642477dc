import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait

now = operant.platform.clock.now
TenantForeignKey = operant.platform.tenancy.models.TenantForeignKey


def tenant_columns():
    return [
        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        (
            "organization_id",
            models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
        ),
    ]


def device_columns():
    return [
        ("model", models.CharField(blank=True, max_length=60)),
        ("viewport_width", models.PositiveIntegerField()),
        ("viewport_height", models.PositiveIntegerField()),
        ("browser_engine", models.CharField(max_length=20)),
        ("browser_major", models.PositiveIntegerField()),
    ]


def person():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stage", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pairing",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=6, unique=True)),
                ("secret_hash", models.BinaryField(max_length=32)),
                *device_columns(),
                ("address", models.GenericIPAddressField()),
                ("created_at", models.DateTimeField(default=now)),
                ("expires_at", models.DateTimeField()),
                ("organization_id", models.UUIDField(null=True)),
                ("screen_id", models.UUIDField(null=True)),
                ("exchanged_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "relay_pairing",
                "indexes": [
                    models.Index(fields=["expires_at"], name="pairing_expiry"),
                    models.Index(fields=["address", "created_at"], name="pairing_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Screen",
            fields=[
                *tenant_columns(),
                ("name", models.CharField(max_length=80)),
                *device_columns(),
                (
                    "dashboard",
                    TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screens",
                        to="stage.dashboard",
                    ),
                ),
                (
                    "theme",
                    models.CharField(choices=[("dark", "Dark"), ("light", "Light")], default="dark", max_length=5),
                ),
                (
                    "rendered_version",
                    TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rendered_by",
                        to="stage.dashboardversion",
                    ),
                ),
                ("rendered_at", models.DateTimeField(null=True)),
                ("connected_until", models.DateTimeField(null=True)),
                ("connected_by", models.CharField(blank=True, max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("never_seen", "Never Seen"),
                            ("online", "Online"),
                            ("late", "Late"),
                            ("offline", "Offline"),
                        ],
                        default="never_seen",
                        max_length=10,
                    ),
                ),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("went_offline_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("pace_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("paired_by", person()),
                ("paired_at", models.DateTimeField(default=now)),
                ("unpaired_at", models.DateTimeField(null=True)),
                ("generation", models.PositiveIntegerField(default=1)),
                ("refresh_hash", models.BinaryField(max_length=32, null=True)),
                ("next_refresh_hash", models.BinaryField(max_length=32, null=True)),
                ("refresh_until", models.DateTimeField(null=True)),
                ("ticket_hash", models.BinaryField(max_length=32, null=True)),
                ("ticket_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "relay_screen",
                "indexes": [models.Index(fields=["organization_id", "name"], name="screen_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("state__in", ["never_seen", "online", "late", "offline"])), name="screen_state"
                    ),
                    models.CheckConstraint(
                        condition=Q(("state", "never_seen"), ("last_seen_at__isnull", False), _connector="OR"),
                        name="screen_seen_if_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(("unpaired_at", None), ("refresh_hash", None), _connector="OR"),
                        name="screen_unpaired_has_no_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientError",
            fields=[
                *tenant_columns(),
                (
                    "screen",
                    TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="errors", to="relay.screen"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("message", models.CharField(max_length=200)),
                ("count", models.PositiveBigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "db_table": "relay_client_error",
                "indexes": [models.Index(fields=["organization_id", "screen", "-last_at"], name="client_error_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization_id", "screen", "code", "message"), name="client_error_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                *tenant_columns(),
                (
                    "screen",
                    TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="commands", to="relay.screen"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("identify", "Show its name"), ("reload", "Reload")], max_length=10),
                ),
                ("sent_by", person()),
                ("created_at", models.DateTimeField(default=now)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(blank=True, choices=[("done", "Done"), ("refused", "Refused")], max_length=10),
                ),
            ],
            options={
                "db_table": "relay_command",
                "indexes": [models.Index(fields=["organization_id", "screen", "-created_at"], name="command_latest")],
            },
        ),
        Isolate("screen"),
        Isolate("clienterror"),
        Isolate("command"),
        Wait("screen", "screen"),
    ]
