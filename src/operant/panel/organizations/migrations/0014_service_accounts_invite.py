import django.db.models.deletion
from django.db import migrations

import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Tie


class Migration(migrations.Migration):
    """Who offered a place, where it was a service account: the offer ends with it. Of those made before nobody knows."""

    dependencies = [("organizations", "0013_who_belongs_here")]
    operations = [
        migrations.AddField(
            "invitation",
            "service",
            operant.platform.tenancy.models.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="organizations.serviceaccount"
            ),
        ),
        Tie("invitation", "service"),
    ]
