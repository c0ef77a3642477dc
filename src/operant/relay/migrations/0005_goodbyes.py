from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relay", "0004_codes_are_hashed")]

    operations = [
        # A batch leaves a screen alone that said goodbye.
        migrations.RunSQL(
            [
                "GRANT SELECT (left_at) ON relay_screen TO ot_ingest",
                "REVOKE UPDATE (left_at) ON relay_screen FROM ot_ingest",
            ],
            migrations.RunSQL.noop,
        ),
    ]
