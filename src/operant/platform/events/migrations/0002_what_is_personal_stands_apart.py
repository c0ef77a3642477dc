import uuid

import django.db.models.deletion
from django.db import migrations, models

import operant.platform.tenancy.context
import operant.platform.tenancy.models
from operant.platform.tenancy.operations import Isolate


def take_out(apps, schema_editor):
    """Put the personal values of what was announced before beside it, as `announce` does since."""
    from operant.platform.events.committing import commitment, salt
    from operant.platform.events.declaring import CATALOGUE, reference

    announcement, value = (apps.get_model("events", name) for name in ("Announcement", "PersonalValue"))
    schema_editor.execute("SELECT set_config('app.migrating', 'on', true)")
    for row in announcement.objects.using(schema_editor.connection.alias).iterator(chunk_size=500):
        fields = CATALOGUE[row.name].personal_fields() if row.name in CATALOGUE else []
        for name in [name for name in fields if isinstance(row.payload.get(name), str) and row.payload[name]]:
            texts, key = {name: row.payload[name]}, salt()
            row.commitments[name], row.payload[name] = commitment(key, texts), reference(name)
            value.objects.using(schema_editor.connection.alias).create(
                organization_id=row.organization_id, event=row, part=name, salt=key, texts=texts
            )
        row.person_id, row.actor_kind = row.actor_id, "person" if row.actor_id else ""
        row.save(update_fields=["payload", "commitments", "person_id", "actor_kind"])
    # Deferred checks of what was made would stand in the way of the next change of the table.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SELECT set_config('app.migrating', '', true)")


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_first'),
    ]

    operations = [
        migrations.AddField('announcement', 'commitments', models.JSONField(default=dict)),
        migrations.AddField('announcement', 'actor_kind', models.CharField(blank=True, default='', max_length=10), preserve_default=False),
        migrations.AddField('announcement', 'actor_label', models.CharField(blank=True, default='', max_length=120), preserve_default=False),
        migrations.AddField('announcement', 'person_id', models.UUIDField(null=True)),
        migrations.AddField('announcement', 'request_id', models.CharField(blank=True, default='', max_length=64), preserve_default=False),
        migrations.CreateModel(
            name='PersonalValue',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(default=operant.platform.tenancy.context.current_organization_id, editable=False)),
                ('part', models.CharField(max_length=60)),
                ('person_id', models.UUIDField(null=True)),
                ('salt', models.BinaryField(max_length=16)),
                ('texts', models.JSONField()),
                ('event', operant.platform.tenancy.models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='personal', to='events.announcement')),
            ],
            options={
                'db_table': 'events_personal',
                'indexes': [models.Index(fields=['organization_id', 'person_id'], name='personal_person')],
                'constraints': [models.UniqueConstraint(fields=('organization_id', 'event', 'part'), name='personal_once')],
            },
        ),
        Isolate("personalvalue"),
        # Erased they may be; changed they may not.
        migrations.RunSQL('REVOKE UPDATE, TRUNCATE ON "events_personal" FROM ot_app'),
        migrations.RunPython(take_out, migrations.RunPython.noop),
        migrations.AddIndex('announcement', models.Index(fields=['organization_id', 'name', 'at'], name='announcement_name')),
        migrations.AddIndex('announcement', models.Index(fields=['organization_id', 'person_id', 'at'], name='announcement_person')),
    ]
