"""What was announced before personal values stood apart is carried over as if it had been announced since."""

from importlib import import_module
from uuid import UUID

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from operant.platform.events.committing import commitment
from operant.platform.events.declaring import reference

NAME = "0002_what_is_personal_stands_apart"
HARBOUR, MEADOW, ADA = (UUID(int=number) for number in (7, 8, 9))
OLD = [
    (HARBOUR, "organizations.role.changed", {"name": "Ben", "before": "editor", "role": "admin"}, ADA),
    (HARBOUR, "organizations.organization.renamed", {"before": "Harbor", "name": "Harbour"}, None),
    (MEADOW, "organizations.member.invited", {"email": "", "role": "viewer"}, ADA),
    (MEADOW, "organizations.nothing.by_that_name", {"name": "Mallory"}, None),
]


@pytest.mark.django_db(databases=["default", "owner"])
def test_old_rows_are_carried_over():
    owner = connections["owner"]
    state = MigrationLoader(owner).project_state([("events", NAME)]).apps
    announcements, values = (state.get_model("events", name).objects.using("owner") for name in ("Announcement", "PersonalValue"))
    with owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.migrating', 'on', true)")
    made = [
        announcements.create(organization_id=organization, name=name, payload=payload, actor_id=actor)
        for organization, name, payload, actor in OLD
    ]
    with owner.schema_editor() as editor:
        import_module(f"operant.platform.events.migrations.{NAME}").take_out(state, editor)
    with owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.migrating', 'on', true)")
    rows = [announcements.get(pk=each.pk) for each in made]
    (ben,) = values.filter(event__in=[each.pk for each in made])
    assert (ben.organization_id, ben.event_id, ben.part, ben.texts) == (HARBOUR, made[0].pk, "name", {"name": "Ben"})
    assert rows[0].payload == {"name": reference("name"), "before": "editor", "role": "admin"}
    assert rows[0].commitments == {"name": commitment(ben.salt, {"name": "Ben"})}
    assert [(each.payload, each.commitments) for each in rows[1:]] == [(payload, {}) for _, _, payload, _ in OLD[1:]]
    assert [(each.person_id, each.actor_kind) for each in rows] == [(ADA, "person"), (None, "")] * 2
