import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("operating", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductUpdate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ("subject", models.CharField(max_length=150)),
                ("text", models.TextField(max_length=20000)),
                ("begun_at", models.DateTimeField(default=operant.platform.clock.now)),
                ("total", models.PositiveIntegerField()),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("sent", models.PositiveIntegerField(default=0)),
                ("reached", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "operating_product_update",
                "indexes": [models.Index(fields=["organization_id", "-begun_at"], name="product_update_newest")],
            },
        ),
        Isolate("productupdate"),
        Wait("productupdate", "product_update"),
    ]
