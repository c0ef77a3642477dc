from django.db import migrations, models

import operant.platform.clock

KINDS = [
    ("identify", "Show its name"), ("reload", "Reload"), ("restart", "Restart the player"), ("clear_cache", "Clear its cache"),
]
OUTCOMES = [("done", "Done"), ("refused", "Refused"), ("failed", "Failed")]


class Migration(migrations.Migration):
    dependencies = [("relay", "0009_time_zones")]

    operations = [
        # What was asked before this has expired with it: it held for two minutes.
        migrations.AddField("command", "expires_at", models.DateTimeField(default=operant.platform.clock.now)),
        migrations.AddField("command", "heard_at", models.DateTimeField(null=True)),
        migrations.AddField("command", "reason", models.CharField(blank=True, default="", max_length=200)),
        migrations.AlterField("command", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.AlterField("command", "outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=10)),
    ]
