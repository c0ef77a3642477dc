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
        ('stage', '0007_folders_and_stars'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='result',
            name='alert',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='result',
            name='is_alerted',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('query_id', models.CharField(max_length=40)),
                ('column', models.CharField(blank=True, max_length=300)),
                ('reduce', models.CharField(choices=[('first', 'first'), ('last', 'last'), ('highest', 'highest'), ('lowest', 'lowest'), ('sum', 'sum'), ('average', 'average'), ('rows', 'rows')], max_length=10)),
                ('condition', models.CharField(choices=[('silent', 'silent'), ('above', 'above'), ('below', 'below'), ('changed', 'changed')], max_length=10)),
                ('limit', models.DecimalField(decimal_places=12, max_digits=36, null=True)),
                ('within_seconds', models.PositiveIntegerField(default=0)),
                ('hold_seconds', models.PositiveIntegerField(default=0)),
                ('rest_seconds', models.PositiveIntegerField(default=0)),
                ('key', models.CharField(blank=True, default='', max_length=64)),
                ('state', models.CharField(default='ok', max_length=10)),
                ('state_since', models.DateTimeField(default=operant.platform.clock.now)),
                ('fired_at', models.DateTimeField(null=True)),
                ('value', models.CharField(blank=True, default='', max_length=40)),
                ('evaluated_at', models.DateTimeField(null=True)),
                ('trouble', models.TextField(blank=True, default='')),
                ('muted_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='stage.dashboard')),
            ],
            options={
                'db_table': 'stage_alert',
                'indexes': [models.Index(fields=['organization_id', 'key'], name='alert_key'), models.Index(fields=['organization_id', 'dashboard'], name='alert_dashboard')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['ok', 'pending', 'firing', 'resting'])), name='alert_state'),
                    models.CheckConstraint(condition=models.Q(('condition__in', ['silent', 'above', 'below', 'changed'])), name='alert_condition'),
                    models.CheckConstraint(condition=models.Q(('reduce__in', ['first', 'last', 'highest', 'lowest', 'sum', 'average', 'rows'])), name='alert_reduce'),
                    models.CheckConstraint(condition=models.Q(('condition', 'silent'), ('limit__isnull', False), _connector='OR'), name='alert_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AlertReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('at', models.DateTimeField()),
                ('value', models.FloatField()),
                ('alert', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='stage.alert')),
            ],
            options={
                'db_table': 'stage_alert_reading',
                'indexes': [models.Index(fields=['organization_id', 'alert', 'at'], name='alert_reading_at')],
            },
        ),
        Isolate("alert"),
        Isolate("alertreading"),
    ]
