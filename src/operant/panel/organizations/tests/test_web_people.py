from django.urls import reverse

from operant.panel.organizations import events, queries
from operant.panel.organizations.models import Role
from operant.platform.messaging import outbox
from operant.testing.queue import run_jobs

PEOPLE = "/o/harbour/people/"


def test_an_invitation_is_sent_from_the_page(cast, announced, signed_in):
    answer = signed_in(cast.ada).post(PEOPLE + "invitations", {"email": "dora@harbour.example", "role": "viewer"})
    assert (answer.status_code, answer.url) == (302, PEOPLE)
    assert [type(each) for each in announced] == [events.MemberInvited]
    assert "dora@harbour.example" in signed_in(cast.ada).get(PEOPLE).content.decode()


def test_nobody_gives_more_than_they_have(cast, announced, signed_in):
    answer = signed_in(cast.ann).post(PEOPLE + "invitations", {"email": "dora@harbour.example", "role": "owner"})
    assert (answer.status_code, announced) == (422, [])


def test_a_role_is_changed_from_the_page(cast, signed_in):
    with cast.at_harbour(cast.ada):
        cleo = next(each for each in queries.members() if each.person == cast.cleo)
    answer = signed_in(cast.ada).post(reverse("role", args=["harbour", cleo.pk]), {"role": "editor"})
    assert (answer.status_code, answer.url) == (302, PEOPLE)
    with cast.at_harbour(cast.ada):
        assert [each.role for each in queries.members() if each.person == cast.cleo] == [Role.EDITOR]


def test_a_second_click_on_an_invitation_leads_to_where_the_first_did(cast, signed_in):
    signed_in(cast.ada).post(PEOPLE + "invitations", {"email": cast.mallory.email, "role": "viewer"})
    run_jobs()
    address = "/invitations/" + outbox.latest()[0].text.split("/invitations/")[1].split()[0]
    browser = signed_in(cast.mallory)
    answers = [browser.post(address), browser.post(address), browser.get(address)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/o/harbour/")] * 3
    assert signed_in(cast.ben).get(address).status_code == 410


def test_an_old_invitation_does_not_lead_back_in(cast, signed_in):
    signed_in(cast.ada).post(PEOPLE + "invitations", {"email": cast.mallory.email, "role": "viewer"})
    run_jobs()
    address = "/invitations/" + outbox.latest()[0].text.split("/invitations/")[1].split()[0]
    signed_in(cast.mallory).post(address)
    with cast.at_harbour(cast.ada):
        mallory = next(each for each in queries.members() if each.person == cast.mallory)
    signed_in(cast.ada).post(reverse("removal", args=["harbour", mallory.pk]))
    assert signed_in(cast.mallory).get(address).status_code == 410
