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
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('client', models.UUIDField()),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField()),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'api_answer',
                'indexes': [models.Index(fields=['organization_id', 'created_at'], name='answer_age')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'client', 'key'), name='answer_once')],
            },
        ),
        Isolate("answer"),
    ]
