from django.db import migrations

from operant.platform.tenancy.operations import RECEPTION, Isolate, known_by


class Migration(migrations.Migration):
    """Here and not in accounts: who may be seen depends on who is a member."""

    dependencies = [("organizations", "0010_second_factor_reminded"), ("accounts", "0008_people_are_kept_apart")]
    operations = [Isolate("accounts.person", visible=known_by("id"), own=RECEPTION)]
