import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait

# What was announced before there was a chain waits for its place in it like everything after.
ALL_WAIT = """
SELECT set_config('app.migrating', 'on', true);
INSERT INTO audit_unsealed (id, organization_id, event_id, due_at)
SELECT gen_random_uuid(), organization_id, id, now() FROM events_announcement;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('app.migrating', '', true);
"""


def columns():
    return [
        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
        ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
    ]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0002_what_is_personal_stands_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                *columns(),
                ('due_at', models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('event', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.announcement')),
            ],
            options={
                'db_table': 'audit_unsealed',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'event'), name='unsealed_once')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                *columns(),
                ('sequence', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('at', models.DateTimeField(default=operant.platform.clock.now)),
                ('event', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seals', to='events.announcement')),
            ],
            options={
                'db_table': 'audit_seal',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'event'), name='seal_once'), models.UniqueConstraint(fields=('organization_id', 'sequence'), name='seal_sequence')],
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                *columns(),
                ('sequence', models.BigIntegerField()),
                ('head', models.BinaryField(max_length=32)),
                ('date', models.DateField()),
                ('public_key', models.BinaryField(max_length=32)),
                ('signature', models.BinaryField(max_length=64)),
                ('at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'audit_checkpoint',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'sequence'), name='checkpoint_sequence')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                *columns(),
                ('state', models.CharField(choices=[('running', 'Running'), ('held', 'Held'), ('broken', 'Broken')], default='running', max_length=10)),
                ('entries', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('begun_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('told_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'audit_check',
                'indexes': [models.Index(fields=['organization_id', 'begun_at'], name='check_latest')],
            },
        ),
        Isolate("unsealed"),
        Isolate("seal", append_only=True),
        Isolate("checkpoint", append_only=True),
        Isolate("check"),
        Wait("unsealed", "entry"),
        migrations.RunSQL(ALL_WAIT),
    ]
