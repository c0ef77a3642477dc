import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.tokens import queries
from operant.platform.api.scopes import known
from operant.testing.api import Program, made
from operant.testing.cast import PASSWORD

PAGE = "/o/harbour/settings/tokens/"
TOKEN = re.compile(r"ot_live_\w+")


def test_a_token_is_shown_once(cast, signed_in):
    client = signed_in(cast.ann, lately=True)
    given = {"name": "Nightly upload", "scopes": ["stage:read"], "lasting": "30"}
    made_page = client.post(PAGE, given)
    assert (made_page.status_code, made_page["Cache-Control"]) == (201, "private, no-store")
    (text,) = set(TOKEN.findall(made_page.content.decode()))
    assert Program(text).get("token").json()["name"] == "Nightly upload"
    later = client.get(PAGE).content.decode()
    assert "Nightly upload" in later
    assert text not in later
    assert text.split("_")[3] in later


def test_a_token_is_made_by_whoever_proves_that_it_is_still_them(cast, signed_in):
    given = {"name": "Nightly upload", "scopes": ["stage:read", "relay:read"], "lasting": "30"}
    left_open = signed_in(cast.ann)
    asked = left_open.post(PAGE, given)
    assert (asked.status_code, asked.url) == (302, "/accounts/reauthenticate/?next=%2Fo%2Fharbour%2Fsettings%2Ftokens%2F")
    with cast.at_harbour():
        assert queries.tokens().count() == 0
    assert left_open.post(asked.url, {"password": PASSWORD}).status_code == 201
    with cast.at_harbour():
        assert [(each.name, each.scopes) for each in queries.tokens()] == [("Nightly upload", ["stage:read", "relay:read"])]


def test_every_scope_is_a_choice_of_its_own(cast, signed_in):
    page = signed_in(cast.ann).get(PAGE).content.decode()
    offered = re.findall(r'<input type="checkbox" name="scopes" value="([a-z:]+)"', page)
    assert offered == [scope.name for scope in known()]


def test_a_token_that_lacks_something_is_asked_for_again(cast, signed_in):
    answer = signed_in(cast.ann, lately=True).post(PAGE, {"name": "Nightly", "lasting": "30"})
    assert answer.status_code == 422
    assert "Choose at least one." in answer.content.decode()
    with cast.at_harbour():
        assert queries.tokens().count() == 0


def test_revoking_ends_it_at_once(cast, signed_in):
    token, text = made(cast.at_harbour, cast.ann)
    revocation = reverse("token_revocation", args=["harbour", token.pk])
    answer = signed_in(cast.ada).post(revocation)
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert Program(text).get("token").status_code == 401


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("ann", 200), ("ben", 403), ("cleo", 403), ("mallory", 404)])
def test_owners_and_admins_see_them(cast, signed_in, name, status):
    assert signed_in(getattr(cast, name)).get(PAGE).status_code == status


def test_the_list_asks_as_much_for_one_as_for_three(cast, signed_in):
    client, counts = signed_in(cast.ann), []
    client.get(PAGE)  # the first of a session keeps more
    for more in (1, 2):
        for number in range(more):
            made(cast.at_harbour, cast.ann, name=f"Number {more}.{number}")
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
