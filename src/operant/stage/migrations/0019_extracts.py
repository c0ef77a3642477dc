import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0018_annotations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Extract',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('sql', models.TextField()),
                ('every_minutes', models.PositiveIntegerField(default=60, null=True)),
                ('daily_at', models.TimeField(null=True)),
                ('cause', models.CharField(choices=[('schedule', 'Its time had come'), ('watch', 'Somebody began to watch'), ('data', 'New data came'), ('alert', 'For an alert'), ('person', 'Somebody asked for it now'), ('preview', 'A preview'), ('program', 'A program asked'), ('extract', 'For an extract')], default='extract', max_length=10)),
                ('due_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('leased_until', models.DateTimeField(null=True)),
                ('running_until', models.DateTimeField(null=True)),
                ('began_at', models.DateTimeField(null=True)),
                ('took_ms', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('is_held', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'stage_extract',
            },
        ),
        migrations.RemoveConstraint(
            model_name='loggedrun',
            name='run_cause',
        ),
        migrations.AlterField(
            model_name='loggedrun',
            name='cause',
            field=models.CharField(choices=[('schedule', 'Its time had come'), ('watch', 'Somebody began to watch'), ('data', 'New data came'), ('alert', 'For an alert'), ('person', 'Somebody asked for it now'), ('preview', 'A preview'), ('program', 'A program asked'), ('extract', 'For an extract')], max_length=10),
        ),
        migrations.AlterField(
            model_name='result',
            name='cause',
            field=models.CharField(choices=[('schedule', 'Its time had come'), ('watch', 'Somebody began to watch'), ('data', 'New data came'), ('alert', 'For an alert'), ('person', 'Somebody asked for it now'), ('preview', 'A preview'), ('program', 'A program asked'), ('extract', 'For an extract')], default='watch', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='loggedrun',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', {'alert': 'For an alert', 'data': 'New data came', 'extract': 'For an extract', 'person': 'Somebody asked for it now', 'preview': 'A preview', 'program': 'A program asked', 'schedule': 'Its time had come', 'watch': 'Somebody began to watch'})), name='run_cause'),
        ),
        migrations.AddField(
            model_name='extract',
            name='origin',
            field=operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stage.source'),
        ),
        migrations.AddField(
            model_name='extract',
            name='source',
            field=operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stage.source'),
        ),
        migrations.AddIndex(
            model_name='extract',
            index=models.Index(fields=['organization_id', 'origin'], name='extract_origin'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.UniqueConstraint(fields=('organization_id', 'source'), name='extract_once'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(('every_minutes__isnull', True), ('daily_at__isnull', True), _connector='XOR'), name='extract_schedule'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', {'alert': 'For an alert', 'data': 'New data came', 'extract': 'For an extract', 'person': 'Somebody asked for it now', 'preview': 'A preview', 'program': 'A program asked', 'schedule': 'Its time had come', 'watch': 'Somebody began to watch'})), name='extract_cause'),
        ),
        Isolate("extract"),
        Wait("extract", "extract"),
    ]
