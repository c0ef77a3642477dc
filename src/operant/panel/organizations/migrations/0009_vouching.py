import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):
    dependencies = [("organizations", "0008_second_factor")]

    operations = [
        migrations.CreateModel(
            name="Vouching",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "organization_id",
                    models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
                ),
                ("recovery", models.UUIDField()),
                ("asked_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("until", models.DateTimeField()),
                ("given_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "organizations_vouching",
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "recovery"), name="vouching_once")
                ],
            },
        ),
        Isolate("vouching"),
    ]  # fmt: skip
