from django.db import migrations

from operant.platform.tenancy.operations import RECEPTION, Isolate, known_by


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_first"), ("organizations", "0011_people_are_kept_apart")]
    operations = [
        Isolate(model, visible=known_by("person_id"), own=RECEPTION) for model in ("wish", "rhythm")
    ]
