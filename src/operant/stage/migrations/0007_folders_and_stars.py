import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0012_where_somebody_belongs'),
        ('stage', '0006_planned_publications'),
    ]

    operations = [
        migrations.AddField(
            model_name='dashboard',
            name='folder',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='dashboard',
            name='tags',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Star',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stars', to='stage.dashboard')),
                ('member', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.membership')),
            ],
            options={
                'db_table': 'stage_star',
                'indexes': [models.Index(fields=['organization_id', 'dashboard'], name='star_dashboard')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'member', 'dashboard'), name='star_once')],
            },
        ),
        Isolate("star"),
    ]
