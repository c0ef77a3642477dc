import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Tie, Wait


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dashboard',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('draft', models.JSONField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('published_revision', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('changed_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('archived_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stage_dashboard',
            },
        ),
        migrations.CreateModel(
            name='DashboardVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('document', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(default=operant.platform.clock.now)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='stage.dashboard')),
                ('published_by', models.ForeignKey(db_column='person_id', db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'stage_version',
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(default='upload', max_length=20)),
                ('table_name', models.CharField(max_length=63)),
                ('columns', models.JSONField(default=list)),
                ('rows', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('converting', 'Converting'), ('ready', 'Ready'), ('failed', 'Failed')], default='converting', max_length=10)),
                ('error', models.TextField(blank=True)),
                ('warnings', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('readings', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
                ('parquet', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
                ('upload', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
            ],
            options={
                'db_table': 'stage_source',
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('key', models.CharField(max_length=64)),
                ('sql', models.TextField()),
                ('refresh_seconds', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ok', 'Ok'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('columns', models.JSONField(default=list)),
                ('rows_json', models.TextField(default='[]')),
                ('truncated', models.BooleanField(default=False)),
                ('error', models.TextField(blank=True)),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('runs', models.PositiveBigIntegerField(default=0)),
                ('computed_at', models.DateTimeField(null=True)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('watched_until', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('running_until', models.DateTimeField(null=True)),
                ('source', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='stage.source')),
            ],
            options={
                'db_table': 'stage_result',
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('dashboard', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='stage.dashboard')),
                ('source', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='stage.source')),
            ],
            options={
                'db_table': 'stage_use',
            },
        ),
        migrations.AddConstraint(
            model_name='dashboardversion',
            constraint=models.UniqueConstraint(fields=('organization_id', 'dashboard', 'number'), name='version_number'),
        ),
        migrations.AddIndex(
            model_name='dashboard',
            index=models.Index(fields=['organization_id', 'archived_at'], name='dashboard_standing'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('organization_id', 'table_name'), name='source_table'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['converting', 'ready', 'failed'])), name='source_state'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('parquet__isnull', False), _connector='OR'), name='source_ready_has_data'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['organization_id', 'source'], name='result_source'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.UniqueConstraint(fields=('organization_id', 'key'), name='result_key'),
        ),
        migrations.AddIndex(
            model_name='use',
            index=models.Index(fields=['organization_id', 'source'], name='use_source'),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.UniqueConstraint(fields=('organization_id', 'dashboard', 'source'), name='use_once'),
        ),
        Isolate("source"),
        Wait("source", "source"),
        Isolate("dashboard"),
        Isolate("dashboardversion", append_only=True),
        migrations.AddField(
            model_name='dashboard',
            name='published',
            field=operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stage.dashboardversion'),
        ),
        Tie("dashboard", "published"),
        Isolate("use"),
        Isolate("result"),
        Wait("result", "result"),
    ]
