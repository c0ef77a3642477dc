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
            name='File',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('csv', 'csv'), ('json', 'json'), ('parquet', 'parquet')], max_length=10)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('location', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'files_file',
                'indexes': [models.Index(fields=['organization_id', 'created_at'], name='file_created')],
            },
        ),
        Isolate("file"),
    ]
