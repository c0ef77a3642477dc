from django.db import migrations

from operant.platform.tenancy.operations import Ingest


class Migration(migrations.Migration):
    dependencies = [("relay", "0019_terms_of_one_screen")]

    operations = [
        # Ways into streams are issued and used up in batches, and whether a screen was asked to do something is seen with it.
        migrations.RunSQL(
            "GRANT SELECT (ticket_hash, ticket_until), UPDATE (ticket_hash, ticket_until) ON relay_screen TO ot_ingest",
            "REVOKE SELECT (ticket_hash, ticket_until), UPDATE (ticket_hash, ticket_until) ON relay_screen FROM ot_ingest",
        ),
        Ingest("command", select=("acknowledged_at", "expires_at", "organization_id", "screen_id")),
    ]
