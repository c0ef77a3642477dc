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
