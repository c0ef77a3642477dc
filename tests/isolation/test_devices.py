"""What a device may reach with a credential that is none, not its own, or of another organization."""

import json

import pytest

from operant.config import routes
from operant.relay import tokens
from operant.testing import relay
from operant.testing.asgi import ask

DEVICE = [route for route in routes.inventory() if route["auth"] == "device"]
# These take no bearer: what they are shown stands in the body.
BODIES = {"/relay/hello", "/relay/pairing", "/relay/token", "/relay/goodbye"}
STREAM = "/relay/stream"
WELL_FORMED = {
    "/relay/heartbeat": json.dumps(relay.heartbeat()).encode(),
    "/relay/acknowledgement": b'{"command":"x","outcome":"done"}',
}
with_bearer = pytest.mark.parametrize(
    "route", [route for route in DEVICE if route["path"] not in BODIES | {STREAM}], ids=lambda route: route["path"]
)


def access(world, kind):
    harbour, meadow, screen = world.cast.harbour.pk, world.cast.meadow.pk, world.screen.pk
    good = tokens.access(harbour, screen, 1)
    return {
        "none": "",
        "garbage": "x.y.z",
        "forged": good[:-2] + ("AA" if not good.endswith("AA") else "BB"),
        "of another organization": tokens.access(meadow, screen, 1),
        "of another screen": tokens.access(harbour, world.dashboard.pk, 1),
        "of an earlier credential": tokens.access(harbour, screen, 0),
        "a refresh token": world.tv.refresh,
        "a ticket": tokens.ticket(harbour, screen),
        "long": "x" * 100_000,
    }[kind]


KINDS = [
    "none", "garbage", "forged", "of another organization", "of another screen", "of an earlier credential",
    "a refresh token", "a ticket", "long",
]  # fmt: skip


def allowed(route):
    return [method for method in route["methods"] if method in {"GET", "POST"}]


@with_bearer
def test_a_good_credential_is_let_in(world, route):
    """The control."""
    with world.undone():
        bearer = {"authorization": f"Bearer {world.tv.access}", "content_type": "application/json"}
        statuses = [ask(method, route["path"], b"{}", **bearer).status for method in allowed(route)]
    assert set(statuses) <= {200, 204, 405, 422}
    assert set(statuses) - {405}


@with_bearer
@pytest.mark.parametrize("kind", KINDS)
def test_any_other_credential_is_told_to_renew(world, route, kind):
    for method in allowed(route):
        with world.undone():
            bearer = {"authorization": f"Bearer {access(world, kind)}", "content_type": "application/json"}
            answer = ask(method, route["path"], WELL_FORMED.get(route["path"], b"{}"), **bearer)
        assert answer.status in {401, 405}
        assert json.loads(answer.body).keys() == {"error", "message"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "a ticket"])
def test_a_stream_opens_with_its_ticket_only(world, kind):
    with world.undone():
        assert ask("GET", f"{STREAM}?ticket={access(world, kind)}").status == 401
        good = json.loads(ask("POST", "/relay/ticket", authorization=f"Bearer {world.tv.access}").body)["ticket"]
        assert [ask("GET", f"{STREAM}?ticket={good}").status for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"a refresh token"}])
def test_a_credential_is_renewed_with_its_refresh_token_only(world, kind):
    with world.undone():
        body = json.dumps({"refresh": access(world, kind)[:10_000]}).encode()
        assert ask("POST", "/relay/token", body, content_type="application/json").status in {401, 413, 422}


def test_a_refresh_token_is_its_organizations(world):
    with world.undone():
        organization, screen, secret = world.tv.refresh.split(".")
        meadow = tokens.first(tokens.REFRESH, world.cast.meadow.pk, world.screen.pk).split(".")[0]
        swapped = json.dumps({"refresh": f"{meadow}.{screen}.{secret}"}).encode()
        assert ask("POST", "/relay/token", swapped, content_type="application/json").status == 401


def test_a_screen_reads_the_data_of_its_own_dashboard_only(world):
    from operant.stage import actions, queries
    from operant.testing import stage

    with world.undone():
        with world.cast.at_meadow(world.cast.mallory):
            source = stage.source(world.cast.mallory, name="Gardens")
            document = stage.document(source)
            actions.watch(document=document)
            (theirs,) = queries.keys(document).values()
        with world.cast.at_harbour():
            (mine,) = queries.keys(world.dashboard.published.document).values()
        answer = ask("GET", f"/relay/data?keys={mine},{theirs}", authorization=f"Bearer {world.tv.access}")
    assert [each["key"] for each in json.loads(answer.body)["results"]] == [mine]
