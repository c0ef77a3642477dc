import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


def _person():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
    )


def _file():
    return operant.platform.tenancy.models.TenantForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.file"
    )


class Migration(migrations.Migration):

    dependencies = [
        ("files", "0003_databases"),
        ("stage", "0021_saved_queries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("source", "uploaded_by", _person()),
        migrations.AddField("source", "brought_by", _person()),
        migrations.AddField("source", "number", models.PositiveIntegerField(default=1)),
        migrations.AddField("source", "versions", models.PositiveIntegerField(default=1)),
        migrations.AddField("source", "pins", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="SourceVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ("number", models.PositiveIntegerField()),
                ("columns", models.JSONField(default=list)),
                ("listing", models.JSONField(default=list)),
                ("rows", models.BigIntegerField(default=0)),
                ("warnings", models.JSONField(default=list)),
                ("read_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("is_waiting", models.BooleanField(default=False)),
                ("brought_by", _person()),
                ("file", _file()),
                ("parquet", _file()),
                ("source", operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="kept", to="stage.source")),
            ],
            options={"db_table": "stage_source_version"},
        ),
        migrations.AddConstraint(
            model_name="sourceversion",
            constraint=models.UniqueConstraint(fields=("organization_id", "source", "number"), name="source_version_number"),
        ),
        Isolate("sourceversion"),
    ]
