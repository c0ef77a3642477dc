import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0020_past_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedQuery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('description', models.CharField(blank=True, default='', max_length=500)),
                ('sql', models.TextField()),
                ('parameters', models.JSONField(default=list)),
                ('steps', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('refresh_seconds', models.PositiveIntegerField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('changed_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='saved_queries', to='stage.source')),
            ],
            options={
                'db_table': 'stage_saved_query',
                'indexes': [models.Index(fields=['organization_id', 'source'], name='saved_query_source')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'name'), name='saved_query_name')],
            },
        ),
        migrations.CreateModel(
            name='SavedUse',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('widgets', models.PositiveIntegerField()),
                ('published_widgets', models.PositiveIntegerField()),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.dashboard')),
                ('saved', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='stage.savedquery')),
            ],
            options={
                'db_table': 'stage_saved_use',
                'indexes': [models.Index(fields=['organization_id', 'dashboard'], name='saved_use_dashboard')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'saved', 'dashboard'), name='saved_use_once')],
            },
        ),
        Isolate("savedquery"),
        Isolate("saveduse"),
    ]
