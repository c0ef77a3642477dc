import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.crypto.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.AddField("person", "sessions_ended", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="Factor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "authenticator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="factor", to="mfa.authenticator"
                    ),
                ),
                ("secret", operant.platform.crypto.fields.SealedTextField(null=True)),
                ("counter", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "accounts_factor"},
        ),
        migrations.CreateModel(
            name="BackupCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=4)),
                ("fingerprint", models.CharField(max_length=128)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="backup_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "accounts_backup_code",
                "constraints": [models.UniqueConstraint(fields=("person", "name"), name="backup_code_name")],
            },
        ),
        # What allauth would keep of recovery codes lists all of them: not even a mistake of ours may store it.
        migrations.RunSQL(
            "ALTER TABLE mfa_authenticator ADD CONSTRAINT factors_only CHECK (type IN ('totp', 'webauthn'))"
        ),
    ]  # fmt: skip
