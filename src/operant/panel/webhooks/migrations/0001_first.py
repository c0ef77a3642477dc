import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.clock
import operant.platform.crypto.fields
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('address', operant.platform.crypto.fields.SealedTextField()),
                ('description', models.CharField(blank=True, max_length=200)),
                ('event_types', models.JSONField(blank=True, default=list)),
                ('secret', operant.platform.crypto.fields.SealedTextField()),
                ('previous_secret', operant.platform.crypto.fields.SealedTextField(null=True)),
                ('previous_until', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('disabled', 'Disabled')], default='active', max_length=10)),
                ('disabled_because', models.CharField(blank=True, max_length=200)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('is_slow', models.BooleanField(default=False)),
                ('added_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'webhooks_endpoint',
                'indexes': [models.Index(fields=['organization_id', 'added_at'], name='webhook_endpoint_added')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['active', 'paused', 'disabled'])), name='webhook_endpoint_state')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('due_at', models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('held_until', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('event', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.announcement')),
                ('endpoint', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='webhooks.endpoint')),
            ],
            options={
                'db_table': 'webhooks_delivery',
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('answer', models.TextField(blank=True)),
                ('took_ms', models.PositiveIntegerField()),
                ('delivery', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='webhooks.delivery')),
            ],
            options={
                'db_table': 'webhooks_attempt',
                'indexes': [models.Index(fields=['organization_id', 'delivery', 'at'], name='webhook_attempt_delivery')],
            },
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['organization_id', 'endpoint', 'created_at'], name='webhook_delivery_endpoint'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['organization_id', 'created_at'], name='webhook_delivery_age'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['organization_id', 'event'], name='webhook_delivery_event'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'delivered', 'failed'])), name='webhook_delivery_state'),
        ),
        Isolate("endpoint"),
        Isolate("delivery"),
        Isolate("attempt"),
        Wait("delivery", "webhook_delivery"),
    ]
