import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0005_earlier_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedPublication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('document', models.JSONField()),
                ('revision', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('planned_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.dashboard')),
                ('planned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stage_planned_publication',
            },
        ),
        migrations.AddConstraint(
            model_name='plannedpublication',
            constraint=models.UniqueConstraint(fields=('organization_id', 'dashboard'), name='planned_once'),
        ),
        Isolate("plannedpublication"),
        Wait("plannedpublication", "publication"),
    ]
