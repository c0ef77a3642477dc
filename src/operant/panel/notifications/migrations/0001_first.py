import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock
import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate, Wait


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_first'),
        ('events', '0001_first'),
        ('messaging', '0002_whom_and_how_to_end_it'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('category', models.CharField(max_length=20)),
                ('is_shown', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=operant.platform.clock.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('archived_at', models.DateTimeField(null=True)),
                ('event', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.announcement')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notifications_notification',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'event', 'person'), name='notification_once')],
                'indexes': [
                    models.Index(fields=['organization_id', 'person', '-created_at', '-id'], name='notification_inbox'),
                    models.Index(condition=models.Q(('archived_at__isnull', True), ('is_shown', True), ('read_at__isnull', True)), fields=['organization_id', 'person'], name='notification_unread'),
                    models.Index(fields=['organization_id', 'created_at'], name='notification_age'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('channel', models.CharField(choices=[('inbox', 'Inbox'), ('mail', 'Mail')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('dropped', 'Dropped')], default='waiting', max_length=10)),
                ('due_at', models.DateTimeField(default=operant.platform.clock.now, null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('message', operant.platform.tenancy.models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.message')),
                ('notification', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.notification')),
            ],
            options={
                'db_table': 'notifications_delivery',
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'notification', 'channel'), name='delivery_once')],
                'indexes': [models.Index(fields=['organization_id', 'settled_at'], name='delivery_settled')],
            },
        ),
        migrations.CreateModel(
            name='Rhythm',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('is_daily', models.BooleanField(default=False)),
                ('daily_at', models.TimeField(default=datetime.time(8, 0))),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
            ],
            options={
                'db_table': 'notifications_rhythm',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='rhythm_quiet_hours')],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=20)),
                ('channel', models.CharField(choices=[('inbox', 'Inbox'), ('mail', 'Mail')], max_length=10)),
                ('is_on', models.BooleanField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'notifications_wish',
                'constraints': [models.UniqueConstraint(fields=('person', 'category', 'channel'), name='wish_once')],
            },
        ),
        Isolate("notification"),
        Isolate("delivery"),
        Wait("delivery", "delivery"),
    ]
