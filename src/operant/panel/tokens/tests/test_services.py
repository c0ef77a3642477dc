"""Tokens of service accounts: they go on when people leave, and end with their account."""

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations import events as told
from operant.panel.organizations.models import Membership, Role
from operant.panel.tokens import actions, events, queries
from operant.platform.api.problems import Unauthorized
from operant.platform.refusals import NotAllowed
from operant.platform.tenancy.ids import public_id
from operant.testing.api import Program, made


def member(person):
    return Membership.objects.select_related("person").get(person=person)


@pytest.fixture
def robot(cast):
    with cast.at_harbour(cast.ann):
        return organizations.make_service_account(by=member(cast.ann), name="Robot", role=Role.EDITOR)


@pytest.fixture
def token(cast, robot):
    return made(cast.at_harbour, cast.ann, service=robot)


def test_it_acts_for_its_account(cast, robot, token, announced):
    caller = actions.recognize(token[1])
    assert (caller.actor, caller.member.name, caller.member.role) == (robot, "Robot", "editor")
    shown = Program(token[1]).get("token").json()
    assert (shown["acts_for"], shown["role"]) == ("Robot", "editor")


def test_making_one_is_told_with_whom_it_acts_for(cast, robot, announced):
    token, _ = made(cast.at_harbour, cast.ann, service=robot, scopes=["stage:read"])
    named = {"token_id": token.public_id, "name": "Nightly", "scopes": "stage:read"}
    assert announced == [events.TokenMade(**named, made_by="Ann", acts_for="Robot")]


def test_it_goes_on_when_its_maker_leaves(cast, token):
    with cast.at_harbour(cast.ada):
        organizations.remove(by=member(cast.ada), member=member(cast.ann))
        assert queries.of(token[0].pk).state == "active"
    assert Program(token[1]).get("dashboards").status_code == 200


def test_it_ends_with_its_account_for_good(cast, robot, token):
    with cast.at_harbour(cast.ada):
        organizations.end_service_account(by=member(cast.ada), account=robot)
        assert queries.of(token[0].pk).state == "ended"
        organizations.make_service_account(by=member(cast.ada), name="Robot", role=Role.EDITOR)
    with pytest.raises(Unauthorized, match="has ended"):
        actions.recognize(token[1])


def test_it_never_has_more_than_its_account_has_now_or_had_then(cast, robot, token):
    for role, acts_as in ((Role.VIEWER, "viewer"), (Role.ADMIN, "editor")):
        with cast.at_harbour(cast.ada):
            organizations.change_service_role(by=member(cast.ada), account=robot, role=role)
        assert actions.recognize(token[1]).member.role == acts_as


def test_it_invites_and_changes_members_within_its_role(cast, announced):
    with cast.at_harbour(cast.ann):
        admin = organizations.make_service_account(by=member(cast.ann), name="Directory", role=Role.ADMIN)
        cleo = member(cast.cleo)
    mine = Program(made(cast.at_harbour, cast.ann, service=admin)[1])
    announced.clear()
    place = f"members/{public_id('mem', cleo.pk)}"
    assert mine.post("invitations", {"email": "dora@harbour.example", "role": "viewer"}).status_code == 201
    assert mine.patch(place, {"role": "editor"}).status_code == 200
    assert mine.patch(place, {"role": "owner"}).status_code == 403
    assert announced == [
        told.MemberInvited(email="dora@harbour.example", role="viewer"),
        told.RoleChanged(name="Cleo", before="viewer", role="editor"),
    ]


def test_nobody_makes_one_for_an_account_that_ended(cast, robot):
    with cast.at_harbour(cast.ada):
        organizations.end_service_account(by=member(cast.ada), account=robot)
        robot.refresh_from_db()
    with pytest.raises(NotAllowed):
        made(cast.at_harbour, cast.ann, service=robot)


def test_the_page_offers_the_accounts_of_the_organization_only(cast, robot, signed_in):
    page, given = "/o/{}/settings/tokens/", {"name": "Nightly", "scopes": ["stage:read"], "lasting": "30", "service": robot.pk}
    assert signed_in(cast.mallory, lately=True).post(page.format("meadow"), given).status_code == 422
    ann = signed_in(cast.ann, lately=True)
    assert ann.post(page.format("harbour"), given).status_code == 201
    assert "Robot" in ann.get(page.format("harbour")).content.decode()
    with cast.at_harbour():
        assert [each.holder for each in queries.tokens()] == [robot]
