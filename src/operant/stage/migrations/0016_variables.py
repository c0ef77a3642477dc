import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stage', '0015_budgets'),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='values',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='share',
            name='open_variables',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None),
        ),
    ]
