from django.db import migrations, models

# A hash is longer than any key that was given out, so nothing is hashed twice.
HASHED = """
UPDATE accounts_session SET session_key = encode(sha256(convert_to(session_key, 'UTF8')), 'hex')
WHERE length(session_key) < 64
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_mail_change'),
    ]

    operations = [
        migrations.AlterField(
            model_name='session',
            name='session_key',
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
        # Back again nobody would be signed in: no key is known from its hash.
        migrations.RunSQL(HASHED, 'DELETE FROM accounts_session'),
    ]
