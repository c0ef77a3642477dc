
import uuid

from django.db import migrations, models

import operant.platform.clock


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('figures', models.JSONField()),
            ],
            options={
                'db_table': 'observing_report',
            },
        ),
        migrations.CreateModel(
            name='Failure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(max_length=120)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('doing', models.CharField(blank=True, max_length=200)),
                ('stack', models.TextField(blank=True)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('release', models.CharField(max_length=40)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('first_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('last_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('solved_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'observing_failure',
                'indexes': [models.Index(fields=['last_at'], name='failure_last')],
            },
        ),
    ]
