from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_keys_of_sessions_are_hashed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='signin',
            name='result',
            field=models.CharField(choices=[('ok', 'Signed in'), ('wrong_password', 'Wrong password'), ('unknown_address', 'Unknown address'), ('wrong_factor', 'Wrong second factor'), ('wrong_code', 'Wrong code from a mail'), ('not_confirmed', 'Not confirmed again'), ('limited', 'Too many attempts'), ('unfinished', 'Second factor not shown'), ('switched_off', 'Account switched off')], max_length=20),
        ),
    ]
