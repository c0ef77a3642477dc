import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
from operant.platform.tenancy import OPERATOR
from operant.platform.tenancy.operations import Isolate


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('is_operator', models.BooleanField(default=False)),
                ('locale', models.CharField(default='en', max_length=12)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'organizations_organization',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('editor', 'Editor'), ('viewer', 'Viewer')], max_length=10)),
                ('secret_hash', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'organizations_invitation',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'secret_hash'), name='invitation_secret'), models.UniqueConstraint(models.F('organization_id'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at__isnull', True), ('revoked_at__isnull', True)), name='invitation_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('editor', 'Editor'), ('viewer', 'Viewer')], max_length=10)),
                ('joined_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'organizations_membership',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'person'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'admin', 'editor', 'viewer'])), name='membership_role')],
            },
        ),
        Isolate("invitation"),
        Isolate("membership", visible="organization_id = (SELECT app.org()) OR person_id = (SELECT app.person())"),
        Isolate("organization", visible="id = (SELECT app.org()) OR id IN (SELECT m.organization_id "
                "FROM organizations_membership m WHERE m.person_id = (SELECT app.person()))", own="id = (SELECT app.org())"),
        migrations.RunSQL(
            "SELECT set_config('app.migrating', 'on', true); "
            "INSERT INTO organizations_organization (id, slug, name, is_operator, locale, time_zone, created_at) "
            f"VALUES ('{OPERATOR}', 'operator', 'Operator', true, 'en', 'UTC', now()); "
            "SELECT set_config('app.migrating', '', true)"
        ),
    ]
