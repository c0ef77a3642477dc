from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_chores_know_every_organization")]

    operations = [
        migrations.AddField("organization", "second_factor_from", models.DateTimeField(null=True)),
    ]
