import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_recovery'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailChange',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_change', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('address', models.EmailField(max_length=254)),
                ('old_code', models.CharField(max_length=64)),
                ('new_code', models.CharField(max_length=64)),
                ('is_old_confirmed', models.BooleanField(default=False)),
                ('is_new_confirmed', models.BooleanField(default=False)),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(default=operant.platform.clock.now)),
            ],
            options={
                'db_table': 'accounts_mail_change',
            },
        ),
    ]
