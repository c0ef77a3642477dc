import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import operant.platform.clock


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_second_factors'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tries',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('at', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'accounts_tries',
            },
        ),
        migrations.AddField(
            model_name='session',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='session',
            name='seen_at',
            field=models.DateTimeField(default=operant.platform.clock.now),
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ip', models.GenericIPAddressField()),
                ('network', models.CharField(max_length=50)),
                ('agent', models.CharField(max_length=300)),
                ('browser', models.CharField(max_length=60)),
                ('system', models.CharField(max_length=60)),
                ('country', models.CharField(max_length=2)),
                ('result', models.CharField(choices=[('ok', 'Signed in'), ('wrong_password', 'Wrong password'), ('unknown_address', 'Unknown address'), ('wrong_factor', 'Wrong second factor'), ('wrong_code', 'Wrong code from a mail'), ('not_confirmed', 'Not confirmed again'), ('limited', 'Too many attempts'), ('switched_off', 'Account switched off')], max_length=20)),
                ('factor', models.CharField(max_length=60)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'accounts_sign_in',
            },
        ),
        migrations.AddField(
            model_name='session',
            name='sign_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='accounts.signin'),
        ),
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ip', models.GenericIPAddressField()),
                ('network', models.CharField(max_length=50)),
                ('address_hash', models.CharField(max_length=64)),
                ('verdict', models.CharField(choices=[('admitted', 'Admitted'), ('trapped', 'Trapped'), ('too_many', 'Too Many'), ('disposable', 'Disposable')], max_length=20)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sign_ups', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'accounts_sign_up',
            },
        ),
        migrations.AddIndex(
            model_name='signin',
            index=models.Index(fields=['person', '-at'], name='sign_in_of_person'),
        ),
        migrations.AddIndex(
            model_name='signin',
            index=models.Index(condition=models.Q(('person', None)), fields=['at'], name='sign_in_of_nobody'),
        ),
        migrations.AddIndex(
            model_name='signup',
            index=models.Index(fields=['network', '-at'], name='sign_up_of_network'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['email'], name='person_by_email'),
        ),
    ]
