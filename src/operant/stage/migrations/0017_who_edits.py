
import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0014_service_accounts_invite'),
        ('stage', '0016_variables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Editing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('tab', models.CharField(max_length=40)),
                ('selection', models.JSONField(default=list)),
                ('seen_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.dashboard')),
                ('member', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.membership')),
            ],
            options={
                'db_table': 'stage_editing',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'dashboard', 'tab'), name='editing_once')],
            },
        ),
        Isolate("editing"),
    ]
