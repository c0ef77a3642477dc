"""
Who may come where: every address, every method, every kind of stranger. Generated from the inventory of routes.

A route that is new needs nothing here when it stands under /o/<slug>/ and its objects are planted; any other must
say in this file why it is open.

`make test` asks each address as each kind of stranger by each method that it knows; `make prove ONLY=whole` asks by those that
it does not know as well, as everybody of a lower role, and for HEAD as everybody.
"""

import re
from functools import partial
from uuid import UUID

import pytest

from operant.config import routes
from operant.panel.organizations.models import Membership
from operant.testing import api
from operant.testing.asgi import ask
from operant.testing.sampled import WHOLE, sampled

from .planted import ADDRESSED, ADDRESSED_AT, MARK, OWN, PLAIN, missing

ROUTES = routes.inventory()
INSIDE = [route for route in ROUTES if route["organization"]]
BESIDE = [route for route in ROUTES if not route["organization"]]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PART = re.compile(r"<(\w+):(\w+)>")
ROLES = {"viewer": "cleo", "editor": "ben", "admin": "ann", "owner": "ada"}
BELOW = {"viewer": [], "editor": ["cleo"], "admin": ["cleo", "ben"], "owner": ["cleo", "ben", "ann"]}

# Writes that a viewer may do, each with the reason.
VIEWERS_WRITE = {
    "/o/<slug:organization>/dashboards/<dashboard:dashboard_id>/star": "everybody keeps at hand what they like",
    "/o/<slug:organization>/inbox/reading": "everybody reads their own inbox",
    "/o/<slug:organization>/inbox/<notification:notification_id>/archiving": "everybody puts away what is their own",
    "/o/<slug:organization>/inbox/<notification:notification_id>/opening": "everybody opens what is their own",
    "/o/<slug:organization>/inbox/<notification:notification_id>/reading": "everybody reads what is their own",
    "/o/<slug:organization>/queries/<saved:saved_id>/publications": "each dashboard that is chosen asks for the right to it",
    "/o/<slug:organization>/screens/filters/": "everybody keeps the filters they like",
    "/o/<slug:organization>/screens/filters/<uuid:filter_id>/deletion": "everybody forgets what is their own",
    "/o/<slug:organization>/people/<member:member_id>/removal": "everybody may leave; others are refused by the action",
}
# Addresses outside an organization that need no sign-in, each with the reason.
OPEN = {
    "/.well-known/gpc.json": "says that Global Privacy Control is heeded; the same for everybody",
    "/accounts/confirm-email/": "asks for the code of the sign-up that this session began",
    "/accounts/inactive/": "a sentence",
    "/accounts/login/": "sign-in",
    "/accounts/login/factor/": "asks for the second factor of the sign-in that this session began",
    "/accounts/login/recovery/": "asks for a code from the mail of the sign-in that this session began",
    "/recovery/<str:secret>/": "a secret link sent to one address; it can only cancel",
    "/accounts/login/passkey/": "sign-in with a passkey",
    "/accounts/login/passkey/options": "gives anybody a number to sign, and keeps it in their session",
    "/accounts/login/code/confirm/": "asks for the code of the sign-in that this session began",
    "/accounts/logout/": "ends a session",
    "/accounts/oidc/": "leads to the identity provider; there only where one is set",
    "/accounts/oidc/callback": "takes whom this session sent to the identity provider; there only where one is set",
    "/accounts/oidc/sign-up/": "asks whom the identity provider has just sent; there only where one is set",
    "/accounts/password/reset/": "asks for an address and says the same for every one",
    "/accounts/password/reset/complete/": "sets the password after the code of this session was right",
    "/accounts/password/reset/confirm/": "asks for the code of the reset that this session began",
    "/accounts/password/reset/done/": "a sentence",
    "/accounts/signup/": "sign-up, as the operator's policy allows",
    "/files/<str:token>": "a signed address, valid for five minutes, given to whoever had the right",
    "/healthz": "says that the process lives, and how this very request arrived",
    "/readyz": "says in short words whether requests may be sent here",
    "/invitations/<str:token>": "a secret link sent to one address; only that person can accept it",
    "/mute/<str:token>": "a sealed link in a mail: the right of its person to mute the screens it is about, for a week",
    "/logos/<str:token>": "a picture that stands in mails and on screens, at a signed address",
    "/live": "opens with a signed token of topics, and streams nothing but topics",
    "/docs/api": "explains the API; the same for everybody",
    "/api/v1/openapi.json": "the API's contract; the same for everybody",
    "/operator/looks": "shows our components with invented rows; only on a development machine",
    "/pictures/<str:name>": "a picture on dashboards and screens, at an address that says 122 random bits of it",
    "/frames/<str:token>": "a signed address, around a page from elsewhere that somebody put on a dashboard",
    "/s/<str:token>": "a secret link that shows what is published of one dashboard, until it ends or is revoked",
    "/s/<str:token>/wall": "what that page draws, and nothing of how",
    "/tv": "the page a screen opens; it knows nothing until it is paired",
    "/tv/sw.js": "the worker that keeps that page for a start without network; the same for everybody",
    "/tv/manifest.webmanifest": "what a browser needs to install that page; the same for everybody",
    "/u/<str:token>": "a sealed link in a mail, which ends or resumes mails of one category for its person and shows nothing",
    "/welcome/<str:key>/<str:token>/": "a secret link that works once",
    "/relay/hello": "a device that belongs to nobody introduces itself",
    "/relay/pairing": "a device asks with the secret it was given",
    "/relay/token": "a device shows its refresh token",
    "/relay/goodbye": "carries the access token in its body: a beacon sends no header",
}
# Pages that name who made a thing.
NAME_MAKERS = {
    "audit", "dashboard", "dashboard-shares", "dashboards", "home", "people", "screen", "screens", "services", "source", "sources",
    "tokens", "webhook", "webhooks",
}  # fmt: skip
# allauth's own pages that ask for a sign-in themselves.
ASK_THEMSELVES = {
    "/accounts/password/change/", "/accounts/reauthenticate/",
}  # fmt: skip

NOTHING = UUID("00000000-0000-4000-8000-000000000000")

inside = pytest.mark.parametrize("route", INSIDE, ids=lambda route: route["path"])
with_objects = pytest.mark.parametrize(
    "route",
    [route for route in INSIDE if {name for _, name in PART.findall(route["path"])} - {"organization"} - PLAIN],
    ids=lambda route: route["path"],
)


@inside
def test_whoever_belongs_here_gets_an_answer(world, route):
    """The control: what the other tests ask for is really there, by the methods that the inventory names and by no other."""
    turn = len(route["path"])
    answers = {method: status(world, "ada", route, method) for method in [*known(route), *unknown(route, turn), *heads(route)]}
    assert {method for method, each in answers.items() if each != 405} == {*known(route), *heads(route)}
    assert [answers[method] for method in heads(route)] == [answers["GET"] for _ in heads(route)]
    assert {method: each for method, each in answers.items() if each in {401, 403, 404} or each >= 500} == {}


@inside
def test_a_member_of_another_organization_finds_nothing(world, route):
    answers = {method: asked(world, "mallory", route, method) for method in methods(route)}
    assert {method: answer.status_code for method, answer in answers.items()} == dict.fromkeys(answers, 404)
    assert [method for method, answer in answers.items() if MARK in text(answer)] == []


@with_objects
def test_an_object_of_another_organization_is_as_good_as_none(world, route):
    """Mallory in her own organization, with the ids of Harbour's things."""
    for method in known(route):
        taken = asked(world, "mallory", route, method, slug="meadow")
        none = asked(world, "mallory", route, method, slug="meadow", absent=True)
        assert taken.status_code == none.status_code
        assert taken.status_code in {400, 404, 409, 422}, f"{method}: {taken.status_code}"
        assert MARK not in text(taken)


@inside
def test_nobody_is_asked_to_sign_in(world, route):
    for method in methods(route):
        assert_sent_away(asked(world, "nobody", route, method))


@inside
def test_a_lower_role_is_refused_with_a_sentence(world, route):
    for person in sampled(BELOW[route["auth"]][::-1]):
        for method in known(route):
            answer = asked(world, person, route, method)
            assert answer.status_code == 403, f"{person} {method}"
            assert "Your role here is" in text(answer)


@inside
def test_whoever_may_not_get_may_not_head_either(world, route):
    """A view that demands its right of GET alone would answer: that of the lowest role, and of a stranger."""
    if "GET" in known(route):
        lowest = [(person, {403}) for person in BELOW[route["auth"]][:1]]
        refused = sampled([*lowest, ("mallory", {404}), ("nobody", {302, 401, 403})])
        answers = {person: status(world, person, route, "HEAD") for person, _ in refused}
        assert {person: answers[person] for person, right in refused if answers[person] not in right} == {}


@inside
def test_the_role_that_is_named_is_enough(world, route):
    for method in known(route):
        answered = status(world, ROLES[route["auth"]], route, method)
        # A write behind the same address may need more than looking does.
        allowed = {403} if method not in {"GET", "HEAD"} and route["auth"] == "viewer" else set()
        assert answered not in {401, 404} | ({403} - allowed), f"{method}: {answered}"


@inside
def test_a_viewer_changes_nothing(world, route):
    for method in [each for each in methods(route) if each not in METHODS[:2]]:
        answered = status(world, "cleo", route, method)
        if route["path"] not in VIEWERS_WRITE:
            assert answered in {403, 405}, f"{method}: {answered}"


def test_what_people_made_stands_without_their_name_when_they_left(world):
    """Who is no member any more is not known here."""
    cast, pages = world.cast, [route for route in INSIDE if route["name"] in NAME_MAKERS]
    screen = next(route for route in pages if route["name"] == "screen")
    with world.undone():
        _, words = api.made(cast.at_harbour, cast.ada)
        version = partial(api.Program(words).get, f"dashboards/{written('dashboard', world.dashboard.pk)}/versions/1")
        assert ("paired by Ann" in text(asked(world, "ada", screen, "GET")), version().json()["published_by"]) == (True, "Ben")
        with cast.at_harbour():
            Membership.objects.filter(person__in=[cast.ann, cast.ben]).delete()
        assert [route["path"] for route in pages if asked(world, "ada", route, "GET").status_code != 200] == []
        assert ("paired by" in text(asked(world, "ada", screen, "GET")), version().json()["published_by"]) == (False, None)


@pytest.mark.parametrize("route", BESIDE, ids=lambda route: route["path"])
def test_every_other_address_is_guarded_or_says_why_not(world, route):
    path = route["path"]
    if path in OPEN:
        return
    assert route["auth"] in {"person", "operator", "device", "token"} or path in ASK_THEMSELVES, (
        f"{path} is open to everybody: guard it, or name it in OPEN with the reason"
    )


@pytest.mark.parametrize("route", BESIDE, ids=lambda route: route["path"])
def test_nobody_gets_past_an_address_that_needs_somebody(world, route):
    if route["path"] in OPEN:
        return
    address = PART.sub(lambda found: written(found[1], 99 if found[1] == "int" else NOTHING), route["path"])
    if route["auth"] == "token":
        return  # test_programs asks them, with tokens of every kind and with none
    for method in METHODS if route["auth"] != "device" else route["methods"]:
        with world.undone():
            if route["auth"] == "device":
                # These may be raw: they are asked through the whole program.
                assert ask(method, address, b"{}", content_type="application/json").status in {401, 405}
            elif route["auth"] == "operator":
                # These may be raw as well; whether a proxy is trusted or not, who comes through one is from outside.
                if method in {"GET", "HEAD"}:
                    assert ask(method, address, x_forwarded_for="9.9.9.9").status == 404
                answer = world.clients["nobody"].generic(method, address, headers={"x-forwarded-for": "9.9.9.9"})
                assert answer.status_code == 404
            else:
                assert_sent_away(world.clients["nobody"].generic(method, address))


@pytest.mark.parametrize("person", ["ada", "mallory"])
@pytest.mark.parametrize(
    "route", [each for each in BESIDE if each["auth"] == "operator"], ids=lambda each: each["path"]
)
def test_the_operators_pages_are_the_operators(world, route, person):
    address = PART.sub("00000000-0000-4000-8000-000000000000", route["path"])
    answer = world.clients[person].get(address, headers={"x-forwarded-for": "9.9.9.9"})
    assert answer.status_code == 404


def test_every_reason_still_has_its_address():
    known = {route["path"] for route in ROUTES}
    assert (set(OPEN) | ASK_THEMSELVES | set(VIEWERS_WRITE)) - known == set()


# What follows fills addresses and looks at answers.


def known(route):
    """
    The methods that an address knows: others it refuses to everybody, Harbour's owner among them.

    HEAD is asked in a test of its own: it has no words to look through.
    """
    return [method for method in METHODS if method != "HEAD" and method in route["methods"]]


def unknown(route, turn):
    """Of those that it does not know the one whose turn it is."""
    return sampled([method for method in METHODS if method not in {"HEAD", *route["methods"]}], turn=turn)


def heads(route):
    return ["HEAD"] if WHOLE and "HEAD" in route["methods"] else []


def methods(route):
    """Those that it knows, and where everything is tried one that it does not: no view is reached by it."""
    return [*known(route), *(unknown(route, 0)[:1] if WHOLE else [])]


def asked(world, person, route, method, *, slug="harbour", absent=False):
    with world.undone():
        answer = world.clients[person].generic(method, filled(world, route, slug, absent, person))
    if (slug, absent) == ("harbour", False):
        world.statuses[person, route["path"], method] = answer.status_code
    return answer


def status(world, person, route, method):
    """Return what somebody is answered in Harbour, asked for once."""
    known = world.statuses.get((person, route["path"], method))
    return known or asked(world, person, route, method).status_code


def filled(world, route, slug, absent=False, person="ada"):
    path = route["path"]

    def part(found):
        converter, name = found.groups()
        if name == "organization":
            return slug
        assert name in ADDRESSED, (
            f"{path}: plant a {name} in Harbour and name it in ADDRESSED of tests/isolation/planted.py, "
            "so that this test can try to steal it"
        )
        planted = ADDRESSED_AT.get((route["name"], name), ADDRESSED[name])
        mine = OWN[name](world, person) if name in OWN else planted(world)
        value = missing(name) if absent and name not in PLAIN else mine
        return str(value) if name in PLAIN else written(converter, value)

    return PART.sub(part, path)


def written(converter, value):
    from django.urls.converters import get_converters

    return get_converters()[converter].to_url(value)


def assert_sent_away(answer):
    if answer.status_code == 302:
        assert answer["Location"].startswith("/accounts/login/")
    else:
        assert answer.status_code in {401, 403, 405}


def text(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")
