from django.db import migrations, models

KINDS = ["csv", "json", "parquet", "sqlite", "png", "jpeg"]


class Migration(migrations.Migration):
    dependencies = [("files", "0002_pictures")]

    operations = [
        migrations.AlterField(
            "file", "kind", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=10),
        ),
    ]
