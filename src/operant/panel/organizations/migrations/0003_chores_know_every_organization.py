from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_membership_is_written_at_home")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT (id) ON organizations_organization TO ot_sweep; "
            "CREATE POLICY sweep ON organizations_organization FOR SELECT TO ot_sweep USING (true)"
        ),
    ]
