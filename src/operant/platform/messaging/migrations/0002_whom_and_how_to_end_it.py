from django.db import migrations, models

import operant.platform.crypto.fields


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='person_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='unsubscribe',
            field=operant.platform.crypto.fields.SealedTextField(null=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='category',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('queued', 'Queued'), ('sending', 'Sending'), ('accepted', 'Accepted'), ('failed', 'Failed'), ('unknown', 'Unknown'), ('withheld', 'Withheld')], default='queued', max_length=10),
        ),
    ]
