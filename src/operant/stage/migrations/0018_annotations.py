
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
        ('stage', '0017_who_edits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='dashboard',
            name='noted',
            field=models.TextField(default='[]'),
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(max_length=200)),
                ('tag', models.CharField(blank=True, default='', max_length=40)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.dashboard')),
            ],
            options={
                'db_table': 'stage_annotation',
                'indexes': [models.Index(fields=['organization_id', 'dashboard', '-at'], name='annotation_newest')],
            },
        ),
        Isolate("annotation"),
    ]
