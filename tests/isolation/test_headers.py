"""What every answer carries, whatever it is: the security headers, and no cookie but ours."""

from functools import cache

import pytest

from operant.config import routes
from operant.platform.ui import security
from operant.testing.asgi import ask
from operant.testing.sampled import sampled

from .test_routes import PART, filled

ROUTES = routes.inventory()
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route["path"])
BASE = {name.decode(): value.decode() for name, value in security.security_headers("/", False)}
OURS = {"ot-session", "ot-theme"}
# Whoever asks for more than the base policy, at which address and what for. A new line here is a decision.
SHOWS = security.Needs({}, ("publickey-credentials-get",))
FRAMES = {"frame-src": ("'self'",)}
MORE: dict[str, tuple[str, security.Needs]] = {
    # Signing in with a passkey, showing one as the second factor, and making one.
    "/accounts/login/": ("operant.panel.accounts.web.entrance.sign_in", SHOWS),
    "/accounts/login/factor/": ("operant.panel.accounts.web.entrance.second_factor", SHOWS),
    "/accounts/reauthenticate/factor/": ("operant.panel.accounts.web.entrance.again", SHOWS),
    "/me/security/passkeys/new": (
        "operant.panel.accounts.web.security.new_passkey", security.Needs({}, ("publickey-credentials-create",))
    ),
    # Keeping a television awake: the wake lock where there is one, otherwise a muted video over the whole screen.
    "/tv": (
        "operant.relay.web.player.tv",
        security.Needs(
            {"media-src": ("'self'",), **FRAMES, "child-src": ("'self'",)}, ("screen-wake-lock", "fullscreen", "autoplay")
        ),
    ),
    # Dashboards may show pages from elsewhere, each in a page of ours (decision 0047).
    "/o/<slug:organization>/dashboards/<dashboard:dashboard_id>/": (
        "operant.stage.web.dashboards.dashboard", security.Needs(FRAMES)
    ),
    "/o/<slug:organization>/dashboards/<dashboard:dashboard_id>/comparison": (
        "operant.stage.web.versions.comparison", security.Needs(FRAMES)
    ),
    "/o/<slug:organization>/dashboards/<dashboard:dashboard_id>/versions/<int:number>": (
        "operant.stage.web.versions.version", security.Needs(FRAMES)
    ),
}
# These never touch a session, also where there is one.
WITHOUT_SESSION = {
    "/tv", "/tv/sw.js", "/tv/manifest.webmanifest", "/live", "/relay/hello", "/relay/pairing", "/relay/token",
    "/relay/goodbye",
}  # fmt: skip
# Narrower than the base: a file that people uploaded, shown by nobody.
NARROWER = {"content-security-policy": "sandbox; default-src 'none'"}


@pytest.fixture(scope="module")
def answers(world):
    """Return a function: what an address answers, asked once, though several tests look at it."""
    return cache(lambda path: list(answered(world, next(route for route in ROUTES if route["path"] == path))))


def answered(world, route):
    """Ask as nobody and as Harbour's owner, to look; and to write as one of them, or as both where everything is tried."""
    path = route["path"]
    address = filled(world, route, "harbour") if route["organization"] else PART.sub("x", path)
    owner = {"cookie": f"ot-session={world.clients['ada'].cookies['ot-session'].value}"}
    for method, headers in [("GET", {}), ("GET", owner), *sampled([("POST", owner), ("POST", {})], turn=ROUTES.index(route))]:
        with world.undone():
            yield ask(method, address, **headers)


@every_route
def test_every_answer_is_secured(answers, route):
    for answer in answers(route["path"]):
        sent = {name: answer.all(name) for name in BASE}
        # A refusal comes from before the view that asks for more, and so does the way of strangers to the sign-in.
        comes_from_view = answer.status < (300 if route["organization"] else 400)
        more = MORE.get(route["path"]) if comes_from_view else None
        wanted = {name: [value] for name, value in expected(more and more[1]).items()}
        if answer.all("content-disposition"):
            wanted |= {name: [value] for name, value in NARROWER.items()}
        assert sent == wanted
        assert answer.all("server") == answer.all("x-powered-by") == []


@every_route
def test_no_cookie_but_ours_is_set(answers, route):
    for answer in answers(route["path"]):
        assert answer.cookies <= OURS
        if route["auth"] == "device" or (route["path"] in WITHOUT_SESSION and answer.status < 400):
            assert answer.cookies == set()


@every_route
def test_what_a_session_sees_is_not_kept_by_a_cache(answers, route):
    if route["organization"]:
        _, answer, *_ = answers(route["path"])
        assert answer.all("cache-control") in (["private, no-store"], ["no-store"], ["private, no-cache"])


@pytest.mark.parametrize("path", ["/nothing", "/o/", "/static/nothing.js", "/relay/nothing", "/%00", "/o/harbour"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "TRACE"])
def test_errors_are_secured_too(world, path, method):
    with world.undone():
        answer = ask(method, path)
    assert {name: answer.all(name) for name in BASE} == {name: [value] for name, value in BASE.items()}
    assert answer.cookies == set()


def test_a_failure_of_ours_is_secured_too(world, monkeypatch):
    from operant.panel.accounts.web import views

    def broken(*args, **kwargs):
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr(views, "render", broken)
    with world.undone():
        session = world.clients["ada"].cookies["ot-session"].value
        answer = ask("GET", "/me/", cookie=f"ot-session={session}")
    assert answer.status == 500
    assert b"a secret of the server" not in answer.body
    assert b"Something failed on our side" in answer.body
    assert {name: answer.all(name) for name in BASE} == {name: [value] for name, value in BASE.items()}


def test_a_host_that_is_not_ours_is_refused(world):
    answer = ask("GET", "/accounts/login/", host="evil.example")
    assert answer.status == 400
    assert b"evil.example" not in answer.body


def test_everybody_who_asked_for_more_is_known(world):
    assert dict(MORE.values()) == security.VIEWS
    assert security.PATHS == {}


def expected(needs):
    return {name.decode(): value.decode() for name, value in security.security_headers("/", False, needs)}


# The same for everybody: that Global Privacy Control is heeded, and what lets the player start without a network.
SHARED = {"/.well-known/gpc.json": "public, max-age=86400", "/tv/sw.js": "no-cache"}


@every_route
def test_nobody_in_between_keeps_an_answer(answers, route):
    """Also of those whom no cookie says anything about: their address may carry a secret."""
    for answer in answers(route["path"])[:2]:
        (said,) = answer.all("cache-control") or ("nothing",)
        wanted = SHARED.get(route["path"]) if answer.status == 200 else None
        assert said == wanted if wanted else {"no-store", "no-cache"} & set(said.split(", ")), (answer.status, said)
