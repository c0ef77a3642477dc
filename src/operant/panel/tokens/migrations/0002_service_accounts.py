import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Tie


class Migration(migrations.Migration):
    dependencies = [("tokens", "0001_first"), ("organizations", "0007_service_accounts")]

    operations = [
        migrations.AddField(
            "token",
            "service",
            operant.platform.tenancy.models.TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.serviceaccount"
            ),
        ),
        migrations.AddConstraint(
            "token",
            models.CheckConstraint(
                condition=models.Q(("maker", None), ("service", None), _connector="OR"), name="token_one_holder"
            ),
        ),
        Tie("token", "service"),
    ]
