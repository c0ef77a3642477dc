"""Variables of a dashboard that are set on one screen alone."""

from django.urls import reverse

from operant.relay import events
from operant.relay.models import Screen
from operant.stage import queries as stage
from operant.testing import relay
from operant.testing import stage as staging
from operant.testing.queue import run_jobs

REGION = {"name": "region", "label": "Region", "type": "text", "default": "North", "choices": ["North", "South"]}


def varied(cast):
    """A published dashboard whose one number is asked for a region."""
    made = staging.document(staging.source(cast.ben), "select sum(revenue) as revenue from orders where region = :region")
    made["queries"][0]["parameters"] = [{"name": "region", "type": "variable", "variable": "region"}]
    return staging.published(cast.ben, name="Pulse", content={**made, "variables": [REGION]}).dashboard


def asked(tv, path, **more):
    return relay.call("GET", path, headers={"authorization": f"Bearer {tv.access}"}, **more).json()


def manifest(tv):
    return asked(tv, "/relay/manifest")


def test_a_screen_asks_with_its_own_values_and_everything_knows_them(cast, signed_in, tv, fresh, announced):
    with cast.at_harbour(cast.ben):
        pulse = varied(cast)
        usual, own = (set(stage.keys(pulse.published.document, each).values()) for each in ({}, {"region": "South"}))
    screen = relay.paired(tv, cast.at_harbour, cast.ann, dashboard=pulse)
    before = manifest(tv)
    assert set(before["data"].values()) == usual
    address = reverse("screen_variables", args=["harbour", screen.pk])
    announced.clear()
    ben = signed_in(cast.ben)
    assert ben.post(address, {"var-region": "East"}).status_code == 422
    assert signed_in(cast.cleo).post(address, {"var-region": "South"}).status_code == 403
    assert ben.post(address, {"var-region": "South"}).status_code == 302
    assert announced == [events.ScreenVariablesSet(screen_id=screen.public_id, name="Lobby", values="region South")]
    after = manifest(tv)
    assert (set(after["data"].values()), after["version"]) == (own, before["version"])
    assert (after["etag"] != before["etag"], tv.beat().json()["etag"]) == (True, after["etag"])
    run_jobs()
    (key,) = own
    (result,) = asked(tv, "/relay/data", query=f"keys={key},{usual.pop()}")["results"]
    assert (result["key"], result["rows"]) == (key, [[30]])
    assert '<option value="South" selected>' in ben.get(reverse("screen", args=["harbour", screen.pk])).text
    ben.post(address, {"var-region": ""})
    assert (fresh(screen).variables, manifest(tv)["etag"]) == ("", before["etag"])


def test_values_stay_for_the_next_dashboard_and_are_left_alone_where_they_do_not_fit(cast, signed_in, tv, board, fresh):
    with cast.at_harbour(cast.ben):
        pulse = varied(cast)
    screen = relay.paired(tv, cast.at_harbour, cast.ann, dashboard=pulse)
    ben, told = signed_in(cast.ben), {"theme": "dark"}
    ben.post(reverse("screen_variables", args=["harbour", screen.pk]), {"var-region": "South"})
    for dashboard in (board, pulse):
        ben.post(reverse("screen_showing", args=["harbour", screen.pk]), {**told, "dashboard": dashboard.public_id})
        assert fresh(screen).variables == '{"region":"South"}'
    with cast.at_harbour(cast.ben):
        Screen.objects.update(variables='{"region":"East"}')
        usual = set(stage.keys(pulse.published.document).values())
    assert set(manifest(tv)["data"].values()) == usual
