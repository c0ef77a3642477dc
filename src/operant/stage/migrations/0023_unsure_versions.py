from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stage", "0022_versions_of_sources")]

    operations = [
        migrations.AddField("sourceversion", "is_unsure", models.BooleanField(default=False)),
    ]
