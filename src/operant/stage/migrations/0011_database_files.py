from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0003_databases"), ("stage", "0010_share_links")]

    operations = [
        migrations.AlterField("connection", "database", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("connection", "username", models.CharField(blank=True, max_length=80)),
        migrations.AddField("source", "listing", models.JSONField(default=list)),
        migrations.RemoveConstraint("source", "source_ready_has_data"),
        migrations.AddConstraint(
            "source",
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(parquet__isnull=False)
                | models.Q(connection__isnull=False)
                | models.Q(kind="sqlite", file__isnull=False),
                name="source_ready_has_data",
            ),
        ),
    ]
