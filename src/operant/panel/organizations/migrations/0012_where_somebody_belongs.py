from django.db import migrations

from operant.platform.tenancy.operations import Policies


class Migration(migrations.Migration):
    """As before, by a function whose plan is kept: the policy of an organization's row planned a second question each time."""

    dependencies = [("organizations", "0011_people_are_kept_apart")]
    operations = [
        Policies(
            "organization",
            visible="id = (SELECT app.org()) OR ((SELECT app.org()) IS NULL AND id IN (SELECT app.mine()))",
            own="id = (SELECT app.org())",
        )
    ]
