import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    dependencies = [("organizations", "0003_chores_know_every_organization")]

    operations = [
        migrations.CreateModel(
            name='Right',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('subject_kind', models.CharField(max_length=60)),
                ('subject_id', models.UUIDField()),
                ('role', models.CharField(choices=[('editor', 'Editor'), ('viewer', 'Viewer')], max_length=10)),
                ('given_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('member', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rights_given', to='organizations.membership')),
            ],
            options={
                'db_table': 'organizations_right',
                'indexes': [models.Index(fields=['organization_id', 'subject_id'], name='right_subject')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'member', 'subject_id'), name='right_once'), models.CheckConstraint(condition=models.Q(('role__in', ['editor', 'viewer'])), name='right_role')],
            },
        ),
        Isolate("right"),
    ]
