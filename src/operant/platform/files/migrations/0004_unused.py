from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0003_databases")]

    operations = [migrations.AddField("file", "unused_since", models.DateTimeField(null=True))]
