from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relay', '0003_streams'),
    ]

    operations = [
        # What waits has ten minutes to live, and asks for a new code when its own is gone.
        migrations.RunSQL('DELETE FROM relay_pairing', migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='pairing',
            name='code',
        ),
        migrations.AddField(
            model_name='pairing',
            name='code_hash',
            field=models.BinaryField(max_length=32, unique=True),
        ),
    ]
