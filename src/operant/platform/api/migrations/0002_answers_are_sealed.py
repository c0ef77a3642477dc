from django.db import migrations

import operant.platform.crypto.fields


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0001_first'),
    ]

    operations = [
        # What was kept in the clear would not open as sealed. It lives for a day, and nobody's effect is in it.
        migrations.RunSQL('TRUNCATE api_answer', migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='answer',
            name='body',
            field=operant.platform.crypto.fields.SealedTextField(),
        ),
    ]
