import pytest

from operant.panel.notifications.queries import inbox
from operant.panel.organizations import actions, events, queries
from operant.panel.organizations.models import Membership
from operant.platform.refusals import NotAllowed, Refusal
from operant.testing.cast import PASSWORD
from operant.testing.queue import run_jobs

PAGE = "/o/harbour/settings/ownership"


def member(person):
    return Membership.objects.select_related("person").get(person=person)


def roles(cast):
    with cast.at_harbour():
        return {each.person.name: each.role for each in queries.members()}


def lately(client):
    """Type the password, as the page asks for."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_giver_is_an_admin_and_the_other_an_owner(cast, announced):
    with cast.at_harbour(cast.ada):
        actions.hand_over(by=member(cast.ada), member=member(cast.ben))
    assert roles(cast) == {"Ada": "admin", "Ann": "admin", "Ben": "owner", "Cleo": "viewer"}
    assert announced == [events.OrganizationHandedOver(before="Ada", name="Ben")]


def test_both_and_the_other_admins_hear_of_it(cast):
    run_jobs()
    with cast.at_harbour(cast.ada):
        actions.hand_over(by=member(cast.ada), member=member(cast.ben))
    run_jobs()
    with cast.at_harbour():
        heard = {each.name: inbox(each.pk).count() for each in (cast.ada, cast.ann, cast.ben, cast.cleo)}
    assert heard == {"Ada": 1, "Ann": 1, "Ben": 1, "Cleo": 0}


def test_only_an_owner_gives_and_not_to_themselves(cast, announced):
    with cast.at_harbour(cast.ann):
        with pytest.raises(NotAllowed):
            actions.hand_over(by=member(cast.ann), member=member(cast.ben))
        with pytest.raises(Refusal):
            actions.hand_over(by=member(cast.ada), member=member(cast.ada))
    assert announced == []


def test_the_page_asks_whether_it_is_still_them_and_for_the_name(cast, signed_in):
    ada = signed_in(cast.ada)
    with cast.at_harbour():
        ben = str(member(cast.ben).pk)
    asked = ada.get(PAGE)
    assert (asked.status_code, asked.url.split("?")[0]) == (302, "/accounts/reauthenticate/")
    asked = signed_in(cast.ada).post(PAGE, {"member": ben, "confirmation": "Harbour"})
    assert (asked.url.split("?")[0], roles(cast)["Ben"]) == ("/accounts/reauthenticate/", "editor")
    lately(ada)
    for sent in ({"member": ben, "confirmation": "harbour"}, {"member": ben}, {"member": "x", "confirmation": "Harbour"}):
        assert ada.post(PAGE, sent).status_code == 422
    with cast.at_meadow():
        mallory = str(member(cast.mallory).pk)
    assert ada.post(PAGE, {"member": mallory, "confirmation": "Harbour"}).status_code == 422
    assert roles(cast)["Ada"] == "owner"
    assert ada.post(PAGE, {"member": ben, "confirmation": "Harbour"}).url == "/o/harbour/people/"
    assert (roles(cast)["Ada"], roles(cast)["Ben"]) == ("admin", "owner")


def test_the_password_is_what_it_asks_for(cast, signed_in):
    ada = signed_in(cast.ada)
    asked = ada.get(PAGE, follow=True)
    there = ada.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert (there.redirect_chain[-1][0], there.status_code) == (PAGE, 200)


def test_leaving_is_told_as_leaving_and_the_last_owner_stays(cast, announced):
    with cast.at_harbour(cast.ben):
        actions.remove(by=member(cast.ben), member=member(cast.ben))
        with pytest.raises(Refusal, match="needs an owner"):
            actions.remove(by=member(cast.ada), member=member(cast.ada))
    assert announced == [events.MemberLeft(name="Ben")]
