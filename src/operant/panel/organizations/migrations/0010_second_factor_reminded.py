from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0009_vouching")]

    operations = [
        migrations.AddField("organization", "second_factor_reminded_at", models.DateTimeField(null=True)),
    ]
