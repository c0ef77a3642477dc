import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0003_chores_know_every_organization'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('handle', models.CharField(max_length=8)),
                ('secret_hash', models.BinaryField(max_length=32)),
                ('scopes', models.JSONField()),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('editor', 'Editor'), ('viewer', 'Viewer')], max_length=10)),
                ('made_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('busy_until', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('maker', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organizations.membership')),
            ],
            options={
                'db_table': 'tokens_token',
                'indexes': [models.Index(fields=['organization_id', 'maker'], name='token_maker')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'handle'), name='token_handle'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'admin', 'editor', 'viewer'])), name='token_role')],
            },
        ),
        Isolate("token"),
    ]
