"""Where sign-up is for the invited: who gets in, as whom, and who makes organizations."""

import pytest
from django.test import Client

from operant.panel.accounts.models import Person
from operant.panel.organizations import actions, queries
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock
from operant.platform.messaging import outbox
from operant.platform.refusals import TooMany
from operant.testing.queue import run_jobs


@pytest.fixture
def invited(cast, settings) -> Client:
    """A browser that came with an invitation of dora@harbour.example."""
    settings.SIGN_UP = "invited"
    with cast.at_harbour(cast.ada):
        actions.invite(by=_ada(cast), email="dora@harbour.example", role=Role.EDITOR)
    run_jobs()
    browser = Client()
    browser.get("/invitations/" + outbox.latest()[0].text.split("/invitations/")[1].split()[0])
    return browser


def _ada(cast) -> Membership:
    return Membership.objects.select_related("person").get(person=cast.ada)


def _sign_up(browser: Client, email: str):
    return browser.post("/accounts/signup/", {"name": "Dora", "email": email, "password1": "a long and good one 7"})


def test_an_invitation_lets_its_address_sign_up(invited):
    assert _sign_up(invited, "Dora@harbour.example").status_code == 302
    assert Person.objects.filter(name="Dora").count() == 1


def test_an_invitation_lets_no_other_address_sign_up(invited):
    answer = _sign_up(invited, "eve@elsewhere.example")
    assert answer.context["form"].errors["email"] == [
        "The invitation was sent to dora@harbour.example. Sign up with that address."
    ]
    assert Person.objects.filter(name="Dora").count() == 0


@pytest.mark.parametrize(("policy", "status"), [("open", 200), ("invited", 403), ("nobody", 403)])
def test_only_an_open_house_lets_everybody_found(cast, signed_in, settings, policy, status):
    settings.SIGN_UP = policy
    assert signed_in(cast.ben).get("/organizations/new").status_code == status


def test_an_operator_founds_in_a_closed_house(cast, signed_in, settings):
    settings.SIGN_UP = "invited"
    actions.add_operator(email=cast.ben.email, name=cast.ben.name)
    assert signed_in(cast.ben).post("/organizations/new", {"name": "Quay"})["Location"] == "/o/quay/"


def test_fifty_invitations_a_day_are_the_most(cast):
    with clock.frozen(), cast.at_harbour(cast.ada):
        for number in range(50):
            actions.invite(by=_ada(cast), email=f"p{number}@harbour.example", role=Role.VIEWER)
        with pytest.raises(TooMany):
            actions.invite(by=_ada(cast), email="one@harbour.example", role=Role.VIEWER)
        assert len(queries.invitations()) == 50
