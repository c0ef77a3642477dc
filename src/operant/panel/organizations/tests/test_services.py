"""Service accounts: members that are no person. Their tokens are tested in the room of tokens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.organizations import actions, events, queries
from operant.panel.organizations.models import Membership, Role, ServiceAccount
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal
from operant.testing.api import program

PAGE = "/o/harbour/settings/services/"


def member(person):
    return Membership.objects.select_related("person").get(person=person)


def made(cast, name="Robot", role=Role.EDITOR, by=None):
    with cast.at_harbour(by or cast.ann):
        return actions.make_service_account(by=member(by or cast.ann), name=name, role=role)


def test_one_is_made_changed_and_ended(cast, announced):
    robot = made(cast, " Nightly \n upload ")
    with cast.at_harbour(cast.ada):
        ada = member(cast.ada)
        actions.change_service_role(by=ada, account=robot, role=Role.VIEWER)
        actions.end_service_account(by=ada, account=robot)
        assert list(queries.service_accounts()) == []
        for again in (actions.end_service_account, actions.change_service_role):
            told = {"role": Role.VIEWER} if again is actions.change_service_role else {}
            with pytest.raises(Gone):
                again(by=ada, account=robot, **told)
    assert announced == [
        events.ServiceAccountMade(name="Nightly upload", role="editor", made_by="Ann"),
        events.ServiceAccountRoleChanged(name="Nightly upload", before="editor", role="viewer"),
        events.ServiceAccountEnded(name="Nightly upload", ended_by="Ada"),
    ]


def test_it_is_no_person_and_on_no_list_of_people(cast):
    before = people(cast)
    made(cast)
    assert people(cast) == before


def people(cast):
    with cast.at_harbour():
        return [each.name for each in queries.members()], queries.members_from(Role.VIEWER)


@pytest.mark.parametrize(("person", "role", "refusal"), [("ben", Role.VIEWER, NotAllowed), ("ada", Role.OWNER, Invalid)])
def test_who_may_not_makes_none(cast, person, role, refusal):
    with pytest.raises(refusal):
        made(cast, role=role, by=getattr(cast, person))


@pytest.mark.parametrize("name", ["", "\n\u202e", "x" * 81])
def test_one_without_a_name_is_refused(cast, name):
    with pytest.raises(Invalid):
        made(cast, name)


def test_two_of_a_name_are_refused_until_one_has_ended(cast):
    first = made(cast)
    with pytest.raises(Refusal, match="called Robot already"):
        made(cast, " Robot")
    with cast.at_harbour(cast.ann):
        actions.end_service_account(by=member(cast.ann), account=first)
    assert made(cast, "Robot").name == "Robot"


def test_the_page_makes_changes_and_ends(cast, signed_in):
    ann = signed_in(cast.ann)
    assert "No program has an account of its own yet." in ann.get(PAGE).content.decode()
    assert ann.post(PAGE, {"name": "Robot", "role": "owner"}).status_code == 422
    assert ann.post(PAGE, {"name": "Robot", "role": "editor"}).url == PAGE
    with cast.at_harbour():
        robot = ServiceAccount.objects.get()
    for said in ("Robot is now viewer.", "Robot is viewer already."):
        assert ann.post(reverse("service_role", args=["harbour", robot.pk]), {"role": "viewer"}).url == PAGE
        assert str(list(ann.get(PAGE).context["messages"])[-1]) == said
    with cast.at_harbour():
        assert ServiceAccount.objects.get().role == "viewer"
    assert ann.post(reverse("service_end", args=["harbour", robot.pk])).url == PAGE
    assert ann.post(reverse("service_end", args=["harbour", robot.pk])).status_code == 410
    assert signed_in(cast.mallory).post(reverse("service_end", args=["meadow", robot.pk])).status_code == 404


def test_programs_make_change_and_end(cast):
    mine = program(cast.at_harbour, cast.ann)
    robot = mine.post("service-accounts", {"name": "Robot", "role": "editor"}).json()
    place = f"service-accounts/{robot['id']}"
    assert mine.get("service-accounts").json()["entries"] == [robot]
    assert mine.patch(place, {"role": "viewer"}).json() == {**robot, "role": "viewer"}
    assert [mine.delete(place).status_code for _ in range(2)] == [204, 410]
    assert mine.post("service-accounts", {"name": "Robot", "role": "owner"}).status_code == 422


def test_the_list_asks_as_much_for_one_as_for_three(cast, signed_in):
    client, counts = signed_in(cast.ann), []
    client.get(PAGE)
    for names in ("A", "BC"):
        for name in names:
            made(cast, name)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
