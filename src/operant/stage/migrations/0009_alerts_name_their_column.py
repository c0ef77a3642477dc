from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0008_alerts'),
    ]

    operations = [
        # What fires is said anew with the next refresh.
        migrations.RemoveField(
            model_name='result',
            name='alert',
        ),
        migrations.AddField(
            model_name='result',
            name='alerts',
            field=models.JSONField(default=list),
        ),
    ]
