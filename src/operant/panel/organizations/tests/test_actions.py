from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.organizations import actions, events, queries
from operant.panel.organizations.models import Invitation, Membership, Role
from operant.platform import clock, tenancy
from operant.platform.messaging import outbox
from operant.platform.refusals import Gone, NotAllowed, Refusal
from operant.testing.cast import person
from operant.testing.queue import run_jobs


def _membership(of) -> Membership:
    found = Membership.objects.select_related("person").get(person=of)
    found.organization = queries.organization()
    return found


def test_founding_makes_an_owner(cast, announced):
    organization = actions.found(name="  Quay & Sons ", owner=cast.mallory)
    assert (organization.name, organization.slug) == ("Quay & Sons", "quay-sons")
    assert announced == [
        events.OrganizationCreated(name="Quay & Sons", created_by="Mallory"),
        events.MemberJoined(name="Mallory", role="owner"),
    ]
    with tenancy.organization_scope(organization.pk):
        assert [(each.person, each.role) for each in queries.members()] == [(cast.mallory, Role.OWNER)]


def test_a_taken_address_gets_a_number(cast):
    assert actions.found(name="Harbour", owner=cast.mallory).slug == "harbour-2"


def test_an_invitation_becomes_a_membership_once(cast, announced):
    dora = person("Dora", "harbour")
    run_jobs()
    with cast.at_harbour(cast.ada):
        actions.invite(by=_membership(cast.ada), email="DORA@harbour.example", role=Role.EDITOR)
    assert run_jobs() == ["messaging.deliver"]
    (mail,) = outbox.latest()
    token = mail.text.split("/invitations/")[1].split()[0]
    joined = actions.join(token=token, person=dora)
    assert (mail.to, joined) == ("dora@harbour.example", cast.harbour)
    assert announced == [
        events.MemberInvited(email="dora@harbour.example", role="editor"),
        events.MemberJoined(name="Dora", role="editor"),
    ]
    with pytest.raises(Gone):
        actions.join(token=token, person=dora)


def test_an_invitation_is_for_its_address_only(cast):
    with cast.at_harbour(cast.ada):
        invitation = actions.invite(by=_membership(cast.ada), email="dora@harbour.example", role=Role.EDITOR)
    run_jobs()
    token = outbox.latest()[0].text.split("/invitations/")[1].split()[0]
    with pytest.raises(NotAllowed):
        actions.join(token=token, person=cast.mallory)
    with cast.at_harbour():
        assert Invitation.objects.get().is_open
        actions.revoke(invitation=invitation)
        with pytest.raises(Gone):
            actions.revoke(invitation=invitation)
    with pytest.raises(Gone):
        queries.invitation(token)


def test_nobody_gives_more_than_they_have(cast):
    with cast.at_harbour(cast.ann):
        ann = _membership(cast.ann)
        with pytest.raises(NotAllowed):
            actions.invite(by=ann, email="x@harbour.example", role=Role.OWNER)
        with pytest.raises(NotAllowed):
            actions.change_role(by=ann, member=_membership(cast.ada), role=Role.VIEWER)
        with pytest.raises(NotAllowed):
            actions.remove(by=ann, member=_membership(cast.ada))
        with pytest.raises(NotAllowed):
            actions.change_role(by=ann, member=_membership(cast.ben), role=Role.OWNER)


def test_an_organization_keeps_an_owner(cast):
    with cast.at_harbour(cast.ada):
        ada = _membership(cast.ada)
        with pytest.raises(Refusal, match="needs an owner"):
            actions.change_role(by=ada, member=ada, role=Role.ADMIN)
        with pytest.raises(Refusal, match="needs an owner"):
            actions.remove(by=ada, member=ada)


def test_changing_and_ending_a_membership_is_told(cast, announced):
    with cast.at_harbour(cast.ada):
        ada, ben = _membership(cast.ada), _membership(cast.ben)
        actions.change_role(by=ada, member=ben, role=Role.ADMIN)
        actions.remove(by=ada, member=ben)
        assert [each.person for each in queries.members()] == [cast.ada, cast.ann, cast.cleo]
    assert announced == [
        events.RoleChanged(name="Ben", before="editor", role="admin"),
        events.MemberRemoved(name="Ben"),
    ]


def test_members_and_open_invitations_are_invited_once(cast):
    with cast.at_harbour(cast.ada):
        ada = _membership(cast.ada)
        with pytest.raises(Refusal, match="member already"):
            actions.invite(by=ada, email="ben@harbour.example", role=Role.VIEWER)
        actions.invite(by=ada, email="dora@harbour.example", role=Role.VIEWER)
        with pytest.raises(Refusal, match="open invitation"):
            actions.invite(by=ada, email="Dora@harbour.example", role=Role.VIEWER)


def test_inviting_somebody_again_leaves_older_invitations_as_they_ended(cast):
    with clock.frozen(), cast.at_harbour(cast.ada):
        ada = _membership(cast.ada)
        accepted = actions.invite(by=ada, email="dora@harbour.example", role=Role.EDITOR)
        accepted.close_as(accepted=True, at=clock.now())
        clock.advance(timedelta(days=8))
        actions.invite(by=ada, email="dora@harbour.example", role=Role.EDITOR)
        accepted.refresh_from_db()
        assert accepted.revoked_at is None


def test_what_a_member_has_open_ends_with_the_role_and_with_the_membership(cast):
    with CaptureQueriesContext(connection) as asked:
        with cast.at_harbour(cast.ada):
            ada, ben, ann = _membership(cast.ada), _membership(cast.ben), _membership(cast.ann)
            admin = actions.change_role(by=ada, member=ben, role=Role.ADMIN)
        assert (queries.stands(ben.standing), queries.stands(admin.standing)) == (False, True)
        with cast.at_harbour(cast.ada):
            actions.remove(by=ada, member=admin)
            actions.hand_over(by=ada, member=ann)
    ended = [each.standing for each in (ben, admin, ann, ada)]
    assert [queries.stands(each) for each in ended] == [False] * 4
    told = [each for each in asked if "pg_notify" in each["sql"] and "member/" in each["sql"]]
    assert [sum(each["sql"].count(f"member/{standing}") for each in told) for standing in ended] == [1] * 4


def test_what_was_read_too_early_decides_nothing(cast):
    with cast.at_harbour(cast.ada):
        ada, early = _membership(cast.ada), _membership(cast.ben)
        actions.change_role(by=ada, member=_membership(cast.ben), role=Role.OWNER)
        actions.remove(by=ada, member=_membership(cast.ada))
        ben = _membership(cast.ben)
        with pytest.raises(Refusal, match="needs an owner"):
            actions.change_role(by=ben, member=early, role=Role.VIEWER)
        with pytest.raises(Gone):
            actions.change_role(by=ben, member=ada, role=Role.VIEWER)
