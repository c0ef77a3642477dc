import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Tie


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_invitations_are_sent_again"), ("files", "0002_pictures")]

    operations = [
        migrations.AddField("organization", "currency", models.CharField(default="EUR", max_length=3)),
        migrations.AddField("organization", "postal_address", models.CharField(blank=True, default="", max_length=500), preserve_default=False),
        migrations.AddField("organization", "color", models.CharField(blank=True, default="", max_length=7), preserve_default=False),
        migrations.AddField(
            "organization",
            "logo",
            operant.platform.tenancy.models.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="files.file"
            ),
        ),
        migrations.AddConstraint(
            "organization",
            models.CheckConstraint(
                condition=models.Q(("color", ""), ("color__regex", "^#[0-9a-f]{6}$"), _connector="OR"), name="organization_color"
            ),
        ),
        migrations.AddConstraint(
            "organization",
            models.CheckConstraint(condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="organization_currency"),
        ),
        Tie("organization", "logo", key="id"),
    ]
