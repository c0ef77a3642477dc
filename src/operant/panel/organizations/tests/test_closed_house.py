"""Where sign-up is for the invited: who gets in, as whom, and who makes organizations."""

from datetime import timedelta

import pytest
from django.test import Client

from operant.panel.accounts.models import Person
from operant.panel.organizations import actions, queries
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock, tenancy
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
    assert invited.get("/accounts/signup/").context["form"]["email"].value() == "dora@harbour.example"
    assert _sign_up(invited, "Dora@harbour.example").status_code == 302
    with tenancy.reception():
        assert Person.objects.filter(name="Dora").count() == 1


def test_an_invitation_lets_no_other_address_sign_up(invited):
    answer = _sign_up(invited, "eve@elsewhere.example")
    assert answer.context["form"].errors["email"] == [
        "The invitation was sent to dora@harbour.example. Sign up with that address."
    ]
    with tenancy.reception():
        assert Person.objects.filter(name="Dora").count() == 0


def test_an_invitation_that_was_taken_back_lets_nobody_sign_up(cast, invited):
    with cast.at_harbour(cast.ada):
        (offered,) = queries.invitations()
        actions.revoke(invitation=offered)
    answers = [_sign_up(invited, email) for email in ("dora@harbour.example", "bot@mailinator.com")]
    assert [(answer.status_code, answer.templates[0].name) for answer in answers] == [(200, "account/signup_closed.html")] * 2
    with tenancy.reception():
        assert (Person.objects.filter(name="Dora").count(), "invitation" in invited.session) == (0, False)


def test_in_an_open_house_who_was_invited_in_vain_is_asked_for_an_organization(cast, invited, settings):
    settings.SIGN_UP = "open"
    with cast.at_harbour(cast.ada):
        actions.revoke(invitation=queries.invitations()[0])
    assert _sign_up(invited, "dora@mailinator.com").context["form"].errors.keys() == {"organization"}


@pytest.mark.parametrize(("policy", "status"), [("open", 200), ("invited", 403), ("nobody", 403)])
def test_only_an_open_house_lets_everybody_found(cast, signed_in, settings, policy, status):
    settings.SIGN_UP = policy
    assert signed_in(cast.ben).get("/organizations/new").status_code == status


def test_an_operator_founds_in_a_closed_house(cast, signed_in, settings):
    settings.SIGN_UP = "invited"
    actions.add_operator(email=cast.ben.email, name=cast.ben.name)
    assert signed_in(cast.ben).post("/organizations/new", {"name": "Quay"})["Location"] == "/o/quay/"


def test_fifty_mails_a_day_are_the_most_that_somebody_sends(cast):
    with clock.frozen(), cast.at_harbour(cast.ada):
        for number in range(49):
            made = actions.invite(by=_ada(cast), email=f"p{number}@harbour.example", role=Role.VIEWER)
        clock.advance(timedelta(minutes=5))
        actions.resend(by=_ada(cast), invitation=made)
        with pytest.raises(TooMany):
            actions.invite(by=_ada(cast), email="one@harbour.example", role=Role.VIEWER)
        clock.advance(timedelta(minutes=5))
        with pytest.raises(TooMany, match="fifty"):
            actions.resend(by=_ada(cast), invitation=made)
        assert len(queries.invitations()) == 49
    quay = actions.found(name="Quay", owner=cast.ada)
    with clock.frozen(), tenancy.organization_scope(quay.pk, cast.ada.pk):
        with pytest.raises(TooMany):
            actions.invite(by=_ada(cast), email="one@harbour.example", role=Role.VIEWER)
        clock.advance(timedelta(days=1))
        actions.invite(by=_ada(cast), email="one@harbour.example", role=Role.VIEWER)


def test_ten_organizations_a_day_are_the_most(cast):
    for number in range(9):
        actions.found(name=f"Quay {number}", owner=cast.mallory)
    with pytest.raises(TooMany):
        actions.found(name="Quay", owner=cast.mallory)
    actions.add_operator(email=cast.mallory.email, name=cast.mallory.name)
    assert actions.found(name="Quay", owner=cast.mallory).slug == "quay"
