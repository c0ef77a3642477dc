import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0019_extracts'),
    ]

    operations = [
        migrations.AddField(
            model_name='result',
            name='past_wanted',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='result',
            name='past_json',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.CreateModel(
            name='PastFigures',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('at', models.DateTimeField()),
                ('figures', models.JSONField()),
                ('result', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past', to='stage.result')),
            ],
            options={
                'db_table': 'stage_past_figures',
                'indexes': [models.Index(fields=['organization_id', 'result', 'at'], name='past_figures_at')],
            },
        ),
        Isolate("pastfigures"),
    ]
