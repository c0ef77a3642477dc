import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ("organizations", "0006_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceAccount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('role', models.CharField(choices=[('admin', 'Admin'), ('editor', 'Editor'), ('viewer', 'Viewer')], max_length=10)),
                ('made_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'organizations_service',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization_id', 'name'), name='service_name_once'), models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'editor', 'viewer'])), name='service_role')],
            },
        ),
        Isolate("serviceaccount"),
    ]
