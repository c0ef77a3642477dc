from django.urls import reverse

from operant.panel.organizations import events, queries
from operant.panel.organizations.models import Role

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
