import uuid

from django.db import migrations, models

import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):
    dependencies = [("observing", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ("day", models.DateField()),
                ("feature", models.CharField(max_length=80)),
                ("uses", models.PositiveBigIntegerField()),
            ],
            options={
                "db_table": "observing_usage",
                "constraints": [models.UniqueConstraint(fields=("organization_id", "day", "feature"), name="usage_once")],
            },
        ),
        Isolate("usage"),
        # Counted across organizations by `app.told_usage` and `app.told_organizations`, and read by nothing else.
        migrations.RunSQL(
            "GRANT SELECT (organization_id, day, feature, uses) ON observing_usage TO ot_sweep; "
            "CREATE POLICY sweep ON observing_usage FOR SELECT TO ot_sweep USING (true)"
        ),
    ]
