import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0009_alerts_name_their_column'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('token_hash', models.BinaryField(max_length=32)),
                ('password', models.CharField(blank=True, default='', max_length=200)),
                ('origins', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), default=list, size=None)),
                ('expires_at', models.DateTimeField(null=True)),
                ('openings', models.PositiveBigIntegerField(default=0)),
                ('opened_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='stage.dashboard')),
            ],
            options={
                'db_table': 'stage_share',
                'indexes': [models.Index(fields=['organization_id', 'dashboard'], name='share_dashboard')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'token_hash'), name='share_token')],
            },
        ),
        Isolate("share"),
    ]
