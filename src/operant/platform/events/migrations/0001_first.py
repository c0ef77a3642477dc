import uuid

from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=100)),
                ('payload', models.JSONField()),
                ('actor_id', models.UUIDField(null=True)),
                ('subject_kind', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.UUIDField(null=True)),
                ('at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'verbose_name': 'announcement',
                'db_table': 'events_announcement',
                'indexes': [models.Index(fields=['organization_id', 'subject_id', 'at'], name='announcement_subject'), models.Index(fields=['organization_id', 'at'], name='announcement_at')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('event_id', models.UUIDField()),
                ('listener', models.CharField(max_length=150)),
                ('at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'events_reaction',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'event_id', 'listener'), name='reaction_once')],
            },
        ),
        Isolate("announcement", append_only=True),
        Isolate("reaction", append_only=True),
    ]
