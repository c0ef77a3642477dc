import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_ins_and_sign_ups")]

    operations = [
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "organization_id",
                    models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False),
                ),
                ("secret_hash", models.BinaryField(max_length=32)),
                ("asked_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "accounts_recovery",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("organization_id", "person"),
                        name="recovery_open_once",
                    )
                ],
            },
        ),
        Isolate("recovery"),
        Wait("recovery", "recovery"),
    ]  # fmt: skip
