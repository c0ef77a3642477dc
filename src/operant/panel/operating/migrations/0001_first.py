import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("files", "0001_initial"),
        ("observing", "0002_usage"),
        ("organizations", "0003_chores_know_every_organization"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=300)),
                ("published_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "operating_notice",
                "constraints": [models.UniqueConstraint(models.Value(1), condition=models.Q(("withdrawn_at__isnull", True)), name="notice_one_stands")],
            },
        ),
        # What `app.told_organizations` counts: whose a row is, how large a file is, and what organizations are called.
        migrations.RunSQL(
            "GRANT SELECT (slug, name, created_at) ON organizations_organization TO ot_sweep; "
            "GRANT SELECT (organization_id) ON organizations_membership TO ot_sweep; "
            "CREATE POLICY sweep ON organizations_membership FOR SELECT TO ot_sweep USING (true); "
            "GRANT SELECT (organization_id, size) ON files_file TO ot_sweep; "
            "CREATE POLICY sweep ON files_file FOR SELECT TO ot_sweep USING (true)"
        ),
    ]
