"""The pages on which people say what they hear of screens: of all, and of one."""

import re

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.relay.models import Alerting
from operant.relay.queries import alarms

EVERYWHERE = "/o/harbour/screens/alerts/"
FIELDS = {"kinds": ["offline", "late"], "never_seen_hours": "4", "errors_from": "30", "silent_minutes": "4320"}


@pytest.fixture
def page(screen):
    return f"/o/harbour/screens/{screen.public_id}/alerts"


def terms(screen=None):
    row = alarms.own_terms(screen.pk) if screen else alarms.terms()
    return row and (row.kinds, row.never_seen_hours, row.errors_from, row.silent_minutes)


def test_terms_of_everywhere_are_chosen_and_shown(cast, screen, signed_in):
    client = signed_in(cast.ben)
    assert client.post(EVERYWHERE, FIELDS).headers["Location"] == EVERYWHERE
    with cast.at_harbour():
        assert terms() == (["late", "offline"], 4, 30, 4320)
    assert 'value="4320"' in client.get(EVERYWHERE).content.decode()


def test_one_screen_gets_its_own_terms_and_is_as_everywhere_again(cast, screen, signed_in, page):
    client = signed_in(cast.ben)
    assert re.search(r'value="everywhere"[^>]* checked', client.get(page).content.decode())
    assert client.post(page, {**FIELDS, "own": "own"}).headers["Location"] == page
    with cast.at_harbour():
        assert (terms(screen), terms()[3]) == ((["late", "offline"], 4, 30, 4320), 3)
    assert page in client.get(EVERYWHERE).content.decode()
    # What stands in the other fields is not meant then, not even where it is nonsense.
    nonsense = {"never_seen_hours": "", "errors_from": "x", "silent_minutes": ""}
    assert client.post(page, {"own": "everywhere", **nonsense}).status_code == 302
    with cast.at_harbour():
        assert Alerting.objects.exclude(screen=None).count() == 0
    assert page not in client.get(EVERYWHERE).content.decode()


@pytest.mark.parametrize("wrong", [{"silent_minutes": "0"}, {"silent_minutes": "20161"}, {"silent_minutes": ""}, {"kinds": ["x"]}])
def test_what_cannot_be_is_said_at_its_field(cast, screen, signed_in, page, wrong):
    for address in (page, EVERYWHERE):
        assert signed_in(cast.ben).post(address, {**FIELDS, "own": "own", **wrong}).status_code == 422
    with cast.at_harbour():
        assert Alerting.objects.count() == 0


def test_viewers_look_and_strangers_find_nothing(cast, screen, signed_in, page):
    shown = signed_in(cast.cleo).get(page).content.decode()
    assert ("As everywhere." in shown, 'name="silent_minutes"' in shown) == (True, False)
    assert signed_in(cast.cleo).post(page, {**FIELDS, "own": "own"}).status_code == 403
    assert signed_in(cast.mallory).get(page.replace("harbour", "meadow")).status_code == 404


@pytest.mark.parametrize(("person", "right", "answer"), [("ben", Role.VIEWER, 403), ("cleo", Role.EDITOR, 302)])
def test_a_right_on_the_screen_stands_in_place_of_the_role(cast, screen, signed_in, page, person, right, answer):
    with cast.at_harbour(cast.ann):
        by, member = (Membership.objects.select_related("person").get(person=each) for each in (cast.ann, getattr(cast, person)))
        organizations.give_right(by=by, member=member, about=screen, name=screen.name, role=right)
    assert signed_in(getattr(cast, person)).post(page, {**FIELDS, "own": "own"}).status_code == answer
