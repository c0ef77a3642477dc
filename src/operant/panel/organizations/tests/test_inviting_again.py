from datetime import timedelta

import pytest

from operant.panel.organizations import actions, events, queries
from operant.panel.organizations.models import Invitation, Membership, Role
from operant.platform import clock
from operant.platform.messaging import outbox
from operant.platform.refusals import Gone, NotAllowed, TooMany
from operant.testing.api import program
from operant.testing.queue import run_jobs

PEOPLE = "/o/harbour/people/"


def member(person):
    return Membership.objects.select_related("person").get(person=person)


def again(cast, invitation, by=None):
    return actions.resend(by=member(by or cast.ada), invitation=invitation)


def links():
    run_jobs()
    return [each.text.split("/invitations/")[1].split()[0] for each in outbox.latest()]


@pytest.fixture
def sent(cast):
    with clock.frozen():
        with cast.at_harbour(cast.ada):
            made = actions.invite(by=member(cast.ada), email="dora@harbour.example", role=Role.EDITOR)
        (first,) = links()
        yield made, first


def test_the_new_link_works_and_the_old_one_is_dead(cast, sent, announced):
    invitation, first = sent
    clock.advance(timedelta(days=6))
    with cast.at_harbour(cast.ada):
        again(cast, invitation)
        assert invitation.expires_at == clock.now() + timedelta(days=7)
    (second,) = [each for each in links() if each != first]
    with pytest.raises(Gone):
        queries.invitation(first)
    assert queries.invitation(second)[1] == invitation
    assert announced == [events.InvitationSentAgain(email="dora@harbour.example")]


def test_one_that_expired_comes_back_to_life(cast, sent):
    invitation, first = sent
    clock.advance(timedelta(days=30))
    with pytest.raises(Gone):
        queries.invitation(first)
    with cast.at_harbour(cast.ada):
        assert not invitation.is_open
        assert again(cast, invitation).is_open


def test_it_is_sent_again_at_a_pace_and_five_times_at_most(cast, sent):
    invitation, _ = sent
    with cast.at_harbour(cast.ada):
        with pytest.raises(TooMany) as refused:
            again(cast, invitation)
        assert refused.value.retry_after == 300
        for _ in range(4):
            clock.advance(timedelta(minutes=5))
            again(cast, invitation)
        clock.advance(timedelta(minutes=5))
        with pytest.raises(TooMany, match="got 5 mails already"):
            again(cast, invitation)


def test_fifty_addresses_a_day_are_the_most_that_an_organization_writes_to(cast):
    with clock.frozen() as now, cast.at_harbour(cast.ada):
        before = {"role": Role.VIEWER, "created_at": now - timedelta(days=3), "expires_at": now + timedelta(days=4)}
        first, second, *_ = Invitation.objects.bulk_create(
            Invitation(
                email=f"p{number}@quay.example", secret_hash=b"%d" % number, sent_at=now - timedelta(days=(number < 2) * 2),
                **before,
            )
            for number in range(51)
        )
        again(cast, first)
        with pytest.raises(TooMany, match="fifty"):
            again(cast, second, by=cast.ann)
        clock.advance(timedelta(minutes=5))
        again(cast, first, by=cast.ann)


def test_what_a_service_account_offered_ends_with_it_and_with_its_role(cast, announced):
    with clock.frozen(), cast.at_harbour(cast.ada):
        ada = member(cast.ada)
        first, second = [actions.make_service_account(by=ada, name=name, role=Role.ADMIN) for name in ("Sync", "Desk")]
        for account, name in ((first, "dora"), (second, "erin"), (second, "finn")):
            made = actions.invite(by=account, email=f"{name}@quay.example", role=Role.VIEWER)
        clock.advance(timedelta(hours=1))
        again(cast, made)
        announced.clear()
        actions.change_service_role(by=ada, account=first, role=Role.EDITOR)
        left = [each.email for each in queries.invitations()]
        actions.end_service_account(by=ada, account=second)
        assert [each.email for each in queries.invitations()] == ["finn@quay.example"]
    assert sorted(left) == ["erin@quay.example", "finn@quay.example"]
    revoked = [each.email for each in announced if isinstance(each, events.InvitationRevoked)]
    assert revoked == ["dora@quay.example", "erin@quay.example"]


def test_one_that_is_over_is_not_sent_again(cast, sent):
    invitation, _ = sent
    clock.advance(timedelta(hours=1))
    with cast.at_harbour(cast.ada):
        actions.revoke(invitation=invitation)
        with pytest.raises(Gone):
            again(cast, invitation)


def test_nobody_offers_more_than_they_have(cast):
    with clock.frozen(), cast.at_harbour(cast.ada):
        invitation = actions.invite(by=member(cast.ada), email="dora@harbour.example", role=Role.OWNER)
        clock.advance(timedelta(hours=1))
        with pytest.raises(NotAllowed):
            again(cast, invitation, by=cast.ann)


def test_what_the_inviter_may_not_offer_any_more_is_taken_back(cast, announced):
    with clock.frozen(), cast.at_harbour(cast.ada):
        actions.change_role(by=member(cast.ada), member=member(cast.ben), role=Role.OWNER)
        early = ben = member(cast.ben)
        for name, role in (("dora", Role.OWNER), ("erin", Role.VIEWER), ("finn", Role.VIEWER)):
            made = actions.invite(by=ben, email=f"{name}@quay.example", role=role)
            clock.advance(timedelta(hours=1))
        again(cast, made)
        actions.hand_over(by=ben, member=member(cast.ann))
        handed = [each.email for each in queries.invitations()]
        actions.change_role(by=member(cast.ada), member=ben, role=Role.EDITOR)
        left = [each.email for each in queries.invitations()]
        with pytest.raises(NotAllowed):
            actions.invite(by=early, email="gus@quay.example", role=Role.VIEWER)
        actions.remove(by=member(cast.ann), member=member(cast.ada))
        assert queries.invitations() == []
    assert (sorted(handed), left) == (["erin@quay.example", "finn@quay.example"], ["finn@quay.example"])
    revoked = [each.email for each in announced if isinstance(each, events.InvitationRevoked)]
    assert revoked == ["dora@quay.example", "erin@quay.example", "finn@quay.example"]


def test_the_page_shows_when_it_ends_and_sends_again(cast, sent, signed_in):
    ada = signed_in(cast.ada)
    assert "Expired" not in ada.get(PEOPLE).content.decode()
    clock.advance(timedelta(days=8))
    page = ada.get(PEOPLE).content.decode()
    assert "Expired" in page
    address = page.split('action="/o/harbour/people/invitations/')[1].split('"')[0]
    assert address.endswith("/sendings")
    assert ada.post(f"{PEOPLE}invitations/{address}").url == PEOPLE
    assert "Expired" not in ada.get(PEOPLE).content.decode()


def test_an_empty_list_says_so(cast, signed_in):
    assert "Nobody is invited at the moment." in signed_in(cast.ada).get(PEOPLE).content.decode()


def test_programs_send_again(cast, sent):
    clock.advance(timedelta(hours=1))
    mine = program(cast.at_harbour, cast.ann)
    (told,) = mine.get("invitations").json()["entries"]
    answers = [mine.post(f"invitations/{told['id']}/sendings") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 429]
    with cast.at_harbour():
        assert Invitation.objects.get().sendings == 2
