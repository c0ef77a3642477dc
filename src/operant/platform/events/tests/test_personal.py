"""Personal values stand apart: what is kept for good holds salted commitments of them."""

import hashlib
import json
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from operant.panel.organizations.events import MemberInvited, RoleChanged
from operant.panel.tokens.events import TokenMade
from operant.platform.events import Event, Private, Told, announce
from operant.platform.events.actors import coming_from
from operant.platform.events.models import PersonalValue


def test_what_is_said_of_the_actor_is_one_value_and_of_others_another(cast):
    with cast.at_harbour(cast.ada), coming_from("203.0.113.7"):
        made = announce(TokenMade(token_id="tok_1", name="Nightly", scopes="stage:read", made_by="Ada"))
        asked = announce(MemberInvited(email="dora@harbour.example", role="viewer"))
        kept = {(each.event_id, each.part): (each.person_id, each.texts) for each in PersonalValue.objects.all()}
    ada = {"actor.name": "Ada", "actor.ip": "203.0.113.7"}
    assert kept[made.pk, "actor"] == (cast.ada.pk, {**ada, "made_by": "Ada"})
    assert kept[asked.pk, "actor"] == (cast.ada.pk, ada)
    assert kept[asked.pk, "email"] == (None, {"email": "dora@harbour.example"})
    assert (made.payload["made_by"], asked.payload["email"]) == ({"personal": "actor"}, {"personal": "email"})
    assert "Ada" not in json.dumps(made.payload) and "dora" not in json.dumps(asked.payload)


def test_a_commitment_is_the_hash_of_salt_and_values(cast):
    with cast.at_harbour(cast.ada):
        row = announce(MemberInvited(email="dörte@harbour.example", role="viewer"))
        value = row.personal.get(part="email")
        text = f'["{bytes(value.salt).hex()}",{{"email":"dörte@harbour.example"}}]'
        assert row.commitments["email"] == hashlib.sha256(text.encode()).hexdigest() == value.commitment
        again = announce(MemberInvited(email="dörte@harbour.example", role="viewer"))
    assert again.commitments["email"] != row.commitments["email"]


def test_an_erased_value_says_so_and_the_event_goes_on(cast):
    with cast.at_harbour(cast.ada):
        row = announce(RoleChanged(name="Ben", before="editor", role="admin"))
        row.personal.filter(part="name").delete()
        row.refresh_from_db()
        assert row.event() == RoleChanged(name="[erased]", before="editor", role="admin")


def test_values_are_erased_and_never_changed(cast):
    with cast.at_harbour(cast.ada):
        row = announce(MemberInvited(email="dora@harbour.example", role="viewer"))
        for statement in ("UPDATE events_personal SET texts = '{}'", "UPDATE events_announcement SET payload = '{}'",
                          "DELETE FROM events_announcement", "TRUNCATE events_personal"):  # fmt: skip
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
        assert row.personal.filter(part="email").delete()[0] == 1


def test_an_empty_value_is_nobodys(cast):
    with cast.at_harbour():
        row = announce(RoleChanged(name="", before="editor", role="admin"))
        assert (row.payload["name"], row.commitments, row.event().name) == ("", {}, "")


@pytest.mark.parametrize(
    ("name", "annotation"), [("share", float), ("shares", list[float]), ("personal", str), ("actor", Private)]
)
def test_a_field_that_could_not_be_proved_is_refused(name, annotation):
    told = Told(audit="x")
    with pytest.raises(ValueError, match="harbor.gate.measured"):
        type("GateMeasured", (Event,), {"__annotations__": {name: annotation}, "__module__": __name__},
             name="harbor.gate.measured", told=told)  # fmt: skip
    from operant.platform.events import CATALOGUE

    CATALOGUE.pop("harbor.gate.measured")


def test_salts_are_never_the_same(cast):
    with cast.at_harbour(cast.ada):
        for _ in range(3):
            announce(MemberInvited(email="dora@harbour.example", role="viewer"))
        salts = sorted(bytes(each.salt) for each in PersonalValue.objects.all())
    assert all(one != other for one, other in pairwise(salts))
