from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0007_service_accounts")]

    operations = [
        migrations.AddField("organization", "second_factor_from", models.DateTimeField(null=True)),
    ]
