import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.crypto.fields
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Tie


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('host', models.CharField(max_length=253)),
                ('port', models.PositiveIntegerField(default=5432)),
                ('database', models.CharField(max_length=63)),
                ('username', models.CharField(max_length=63)),
                ('password', operant.platform.crypto.fields.SealedTextField()),
                ('tls', models.CharField(default='verify', max_length=10)),
                ('authority', models.TextField(blank=True)),
                ('schema', models.CharField(blank=True, max_length=63)),
                ('tested_at', models.DateTimeField(null=True)),
                ('server', models.CharField(blank=True, max_length=40)),
                ('steps', models.JSONField(default=list)),
                ('tables', models.JSONField(default=list)),
                ('grants', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'stage_connection',
            },
        ),
        migrations.RemoveConstraint(
            model_name='source',
            name='source_ready_has_data',
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('tls__in', ['verify', 'require', 'off'])), name='connection_tls'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.CheckConstraint(condition=models.Q(('port__gte', 1), ('port__lte', 65535)), name='connection_port'),
        ),
        Isolate("connection"),
        migrations.AddField(
            model_name='source',
            name='connection',
            field=operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stage.connection'),
        ),
        Tie("source", "connection"),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('parquet__isnull', False), ('connection__isnull', False), _connector='OR'), name='source_ready_has_data'),
        ),
    ]
