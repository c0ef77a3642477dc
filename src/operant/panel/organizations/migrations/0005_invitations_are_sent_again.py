from django.db import migrations, models

import operant.platform.clock


class Migration(migrations.Migration):
    dependencies = [("organizations", "0004_rights")]

    operations = [
        migrations.AddField(
            "invitation", "sent_at", models.DateTimeField(default=operant.platform.clock.now)
        ),
        migrations.AddField("invitation", "sendings", models.PositiveSmallIntegerField(default=1)),
    ]
