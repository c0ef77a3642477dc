from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AlterField(
            "file",
            "kind",
            models.CharField(
                choices=[("csv", "csv"), ("json", "json"), ("parquet", "parquet"), ("png", "png"), ("jpeg", "jpeg")],
                max_length=10,
            ),
        ),
    ]
