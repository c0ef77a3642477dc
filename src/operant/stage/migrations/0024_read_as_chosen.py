from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stage", "0023_unsure_versions")]

    operations = [
        migrations.AddField("source", "sheet", models.CharField(blank=True, default="", max_length=255)),
        migrations.AddField("source", "sheets", models.JSONField(default=list)),
        migrations.AddField("source", "read_with", models.JSONField(null=True)),
        migrations.AddField("sourceversion", "sheets", models.JSONField(default=list)),
        migrations.AddField("sourceversion", "read_with", models.JSONField(null=True)),
        migrations.AddField("alert", "said", models.JSONField(default=dict)),
    ]
