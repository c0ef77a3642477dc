import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from operant.platform.tenancy.models import TenantForeignKey
from operant.platform.tenancy.operations import Tie


class Migration(migrations.Migration):
    dependencies = [("relay", "0018_screenshots")]

    operations = [
        migrations.AddField(
            model_name="alerting",
            name="screen",
            field=TenantForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="own_alerting", to="relay.screen"
            ),
        ),
        Tie("alerting", "screen"),
        migrations.AddField(
            model_name="alerting", name="silent_minutes", field=models.PositiveSmallIntegerField(db_default=3, default=3)
        ),
        migrations.RemoveConstraint(model_name="alerting", name="alerting_once"),
        migrations.AddConstraint(
            model_name="alerting",
            constraint=models.UniqueConstraint(
                fields=("organization_id",), condition=Q(screen=None), name="alerting_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="alerting",
            constraint=models.UniqueConstraint(fields=("organization_id", "screen"), name="alerting_once_a_screen"),
        ),
        migrations.AddConstraint(
            model_name="alerting",
            constraint=models.CheckConstraint(
                condition=Q(silent_minutes__gte=1, silent_minutes__lte=20160), name="alerting_silence"
            ),
        ),
    ]
