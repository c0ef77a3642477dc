import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0004_datasets'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierDraft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('draft', models.JSONField()),
                ('revision', models.PositiveIntegerField()),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.dashboard')),
            ],
            options={
                'db_table': 'stage_earlier_draft',
            },
        ),
        migrations.AddConstraint(
            model_name='earlierdraft',
            constraint=models.UniqueConstraint(fields=('organization_id', 'dashboard'), name='earlier_draft_once'),
        ),
        Isolate("earlierdraft"),
    ]
