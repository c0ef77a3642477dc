from django.db import migrations

from operant.platform.tenancy.operations import Policies

# A person reads their memberships everywhere, but only where no organization is in scope, and never writes them there.
ELSEWHERE = "(SELECT app.org()) IS NULL AND person_id = (SELECT app.person())"
MINE = "id IN (SELECT m.organization_id FROM organizations_membership m WHERE m.person_id = (SELECT app.person()))"


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_first")]

    operations = [
        Policies("membership", visible=f"organization_id = (SELECT app.org()) OR ({ELSEWHERE})"),
        Policies(
            "organization",
            visible=f"id = (SELECT app.org()) OR ((SELECT app.org()) IS NULL AND {MINE})",
            own="id = (SELECT app.org())",
        ),
    ]
