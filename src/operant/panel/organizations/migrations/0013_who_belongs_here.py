from django.db import migrations

from operant.platform.tenancy.operations import RECEPTION, Policies, known_by


class Migration(migrations.Migration):
    """As before, by a function whose plan is kept: the policy of people planned a second question each time."""

    dependencies = [("organizations", "0012_where_somebody_belongs"), ("notifications", "0002_people_are_kept_apart")]
    operations = [
        Policies("accounts.person", visible=known_by("id"), own=RECEPTION),
        Policies("notifications.wish", visible=known_by("person_id"), own=RECEPTION),
        Policies("notifications.rhythm", visible=known_by("person_id"), own=RECEPTION),
    ]
