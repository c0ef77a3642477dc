import uuid

from django.db import migrations, models

import operant.platform.clock
import operant.platform.crypto.fields
import operant.platform.messaging.models
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('category', models.CharField(choices=[('account', 'Account'), ('security', 'Security'), ('notice', 'Notice')], max_length=20)),
                ('template', models.CharField(max_length=60)),
                ('recipient', operant.platform.crypto.fields.SealedTextField()),
                ('subject', operant.platform.crypto.fields.SealedTextField()),
                ('text', operant.platform.crypto.fields.SealedTextField()),
                ('html', operant.platform.crypto.fields.SealedTextField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Sending'), ('accepted', 'Accepted'), ('failed', 'Failed'), ('unknown', 'Unknown')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('due_at', models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ('leased_until', models.DateTimeField(default=operant.platform.messaging.models._after_lease, null=True)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'messaging_message',
                'indexes': [models.Index(fields=['organization_id', 'created_at'], name='message_created')],
            },
        ),
        Isolate("message"),
        Wait("message", "message"),
    ]
