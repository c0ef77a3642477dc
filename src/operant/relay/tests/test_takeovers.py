from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.platform.refusals import Gone, Invalid, NotFound, Refusal
from operant.relay import events, jobs
from operant.relay.actions import places, takeovers
from operant.relay.models import Cover, Takeover
from operant.relay.queries import takeovers as queries
from operant.relay.queries.targets import ALL, Target
from operant.stage import actions as stage
from operant.testing import stage as staging
from operant.testing.relay import Tv, paired

QUARTER = timedelta(minutes=15)


@pytest.fixture
def fire(cast, screen):
    """Return a function: a takeover of the lobby by Ben."""

    def started(**changes):
        with cast.at_harbour(cast.ben):
            given = {"text": "Leave the building", "severity": "alert", "until": clock.now() + QUARTER, **changes}
            return takeovers.take_over(screens=queries.held([Target("screen", screen.pk)]), by=cast.ben, **given)

    return started


def said(tv):
    return tv.get("manifest").json().get("takeover")


def test_a_takeover_is_a_part_of_the_manifest_until_it_ends(cast, screen, tv, fire, frozen, announced):
    tv.renew()
    before = tv.get("manifest").headers["ETag"]
    announced.clear()
    made = fire()
    until = (frozen + QUARTER).isoformat()
    assert said(tv) == {"id": made.public_id, "until": until, "text": "Leave the building", "severity": "alert", "scene": None}
    etag = tv.get("manifest").headers["ETag"]
    assert (etag == before, tv.get("manifest", **{"if-none-match": etag}).status_code) == (False, 304)
    assert tv.beat().json()["etag"] == tv.get("poll?etag=x").json()["etag"] == etag.strip('"')
    with cast.at_harbour(cast.ben):
        takeovers.end_takeover(takeover=made)
    assert (said(tv), tv.get("manifest").headers["ETag"]) == (None, before)
    about = {"takeover_id": made.public_id, "what": "“Leave the building”", "screens": "one screen"}
    assert announced == [
        events.TakeoverStarted(**about, severity="alert", until=frozen + QUARTER, started_by="Ben"),
        events.TakeoverEnded(**about, because="person", painted=0),
    ]
    with cast.at_harbour(cast.ben), pytest.raises(Gone):
        takeovers.end_takeover(takeover=made)


def test_it_ends_by_itself_when_its_time_has_come(cast, screen, tv, fire, frozen, announced):
    tv.renew()
    made = fire()
    announced.clear()
    wait = {"organization_id": str(cast.harbour.pk), "ids": [str(made.pk)]}
    clock.advance(QUARTER - timedelta(seconds=1))
    jobs.pass_takeovers(**wait)
    assert (announced, said(tv)["id"]) == ([], made.public_id)
    clock.advance(timedelta(seconds=1))
    jobs.pass_takeovers(**wait)
    jobs.pass_takeovers(**wait)
    assert [type(each) for each in announced] == [events.TakeoverEnded]
    tv.renew()
    assert said(tv) is None


def test_a_dashboard_over_a_screen_brings_its_figures(cast, screen, tv, fire):
    with cast.at_harbour(cast.ben):
        version = staging.published(cast.ben, name="Evacuation", content=staging.document(staging.source(cast.ben)))
    fire(text="", severity="warning", dashboard=version.dashboard)
    scene = said(tv)["scene"]
    (key,) = scene["data"].values()
    assert (scene["version"], scene["dashboard"]["title"], scene["document"]) == (version.public_id, "Evacuation", version.document)
    assert [each["key"] for each in tv.get(f"data?keys={key}").json()["results"]] == [key]
    assert list(tv.get("poll?etag=x").json()["data"]) == [key]
    with cast.at_harbour(cast.ben):
        takeovers.end_takeover(takeover=Takeover.objects.get())
    assert tv.get(f"data?keys={key}").json() == {"results": []}


def test_each_screen_says_what_became_of_it(cast, screen, tv, fire, frozen, announced):
    tv.renew()
    made = fire()
    announced.clear()
    for outcome in ("heard", "heard", "done", "failed", "done"):
        assert tv.post("acknowledgement", {"command": made.public_id, "outcome": outcome}).status_code == 204
        clock.advance(timedelta(seconds=1))
    with cast.at_harbour():
        (cover,) = queries.covers(made)
        assert (cover.state, cover.heard_at, cover.painted_at) == ("painted", frozen, frozen + timedelta(seconds=2))
        assert (queries.takeover(made.pk).painted, queries.takeover(made.pk).meant, cover.is_under) == (1, 1, True)
    about = {"takeover_id": made.public_id, "screen_id": screen.public_id, "name": "Lobby", "what": "“Leave the building”"}
    assert announced == [events.TakeoverPainted(**about)]
    other = fire(text="Once more")
    why = {"outcome": "failed", "reason": "GET https://wall.example/tv?token=" + "s" * 40 + " broke"}
    announced.clear()
    tv.post("acknowledgement", {"command": other.public_id, **why})
    with cast.at_harbour():
        failed = Cover.objects.get(takeover=other)
    assert (failed.state, "s" * 40 in failed.reason) == ("failed", False)
    told = {**about, "takeover_id": other.public_id, "what": "“Once more”", "reason": failed.reason}
    assert announced == [events.TakeoverFailed(**told)]


def test_nobody_else_answers_for_a_screen(cast, screen, tv, fire):
    made, other, theirs = fire(), Tv(), Tv()
    paired(other, cast.at_harbour, cast.ann, name="Kitchen")
    paired(theirs, cast.at_meadow, cast.mallory, name="Meadow wall")
    body = {"command": made.public_id, "outcome": "done"}
    assert [each.post("acknowledgement", body).status_code for each in (other, theirs, tv)] == [404, 404, 204]
    assert tv.post("acknowledgement", {"command": "tko_x", "outcome": "done"}).status_code == 404
    assert [said(each) for each in (other, theirs)] == [None, None]


def test_the_newer_one_lies_above_and_the_older_ends_there_alone(cast, screen, tv, fire):
    kitchen = Tv()
    second = paired(kitchen, cast.at_harbour, cast.ann, name="Kitchen")
    with cast.at_harbour(cast.ben):
        until = clock.now() + QUARTER
        both = takeovers.take_over(screens=queries.held([ALL]), text="For all", until=until, by=cast.ben)
        takeovers.take_over(screens=queries.held([Target("screen", second.pk)]), text="For one", until=until, by=cast.ben)
    assert (said(tv)["text"], said(kitchen)["text"]) == ("For all", "For one")
    with cast.at_harbour(cast.ben):
        takeovers.end_takeover(takeover=both)
    assert (said(tv), said(kitchen)["text"]) == (None, "For one")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, "Write a message or choose a dashboard: one of the two."),
        ({"text": "x" * 281}, "A message has at most 280 characters: it is read from afar."),
        ({"until": timedelta(0)}, "It would be over before it begins. Choose a later time."),
        ({"until": timedelta(days=7, seconds=1)}, "A takeover lasts a week at most. What should stay is a dashboard of its own."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(fire, frozen, changes, sentence):
    given = {name: frozen + value if name == "until" else value for name, value in changes.items()}
    with pytest.raises(Invalid) as refused:
        fire(**given)
    assert refused.value.sentence == sentence


def test_what_is_not_published_lies_over_nothing(cast, fire):
    with cast.at_harbour(cast.ben):
        draft = stage.create(name="Draft", by=cast.ben)
    with pytest.raises(Refusal) as refused:
        fire(text="", dashboard=draft)
    assert refused.value.sentence == "Draft is not published yet, so there is nothing to show."


def test_the_latest_hundred_are_kept(cast, screen, fire, monkeypatch):
    monkeypatch.setattr(takeovers, "KEPT", 2)
    for number in range(4):
        with cast.at_harbour(cast.ben):
            for each in Takeover.objects.filter(ended_at=None):
                takeovers.end_takeover(takeover=each)
        fire(text=f"Number {number}")
    with cast.at_harbour():
        assert sorted(Takeover.objects.values_list("text", flat=True)) == ["Number 2", "Number 3"]


def test_those_at_a_site_in_a_group_or_with_a_tag_are_meant_once(cast, screen, tv):
    kitchen, hall = (paired(Tv(), cast.at_harbour, cast.ann, name=name) for name in ("Kitchen", "Hall"))
    with cast.at_harbour(cast.ben):
        site, group = places.make_site(name="Quay", by=cast.ben), places.make_group(name="Food", by=cast.ben)
        places.place(screen=kitchen, site=site, group=group, tags=["tall"])
        places.place(screen=hall, site=None, group=None, tags=["tall"])

        def named(*targets):
            return sorted(each.name for each in queries.held(targets))

        assert named(Target("site", site.pk)) == named(Target("group", group.pk)) == ["Kitchen"]
        assert named(Target("tag", tag="tall"), Target("site", site.pk)) == ["Hall", "Kitchen"]
        assert named(ALL, Target("screen", hall.pk)) == ["Hall", "Kitchen", "Lobby"]
        with pytest.raises(NotFound):
            named(Target("site", group.pk))


def test_what_a_screen_says_too_late_is_noted_and_no_news(cast, screen, tv, fire, announced):
    tv.renew()
    first, second = fire(), fire(text="Once more")
    with cast.at_harbour(cast.ben):
        takeovers.end_takeover(takeover=second)
    announced.clear()
    for each in (first, second):
        assert tv.post("acknowledgement", {"command": each.public_id, "outcome": "done"}).status_code == 204
    with cast.at_harbour():
        assert (announced, Cover.objects.exclude(painted_at=None).count()) == ([], 2)


def test_many_screens_are_told_in_as_many_statements_as_one(cast, fleet):
    screens, _ = fleet(30)
    counts = []
    for many in (screens[:1], screens):
        with cast.at_harbour(cast.ben), CaptureQueriesContext(connection) as asked:
            more = {"text": "Leave the building", "until": clock.now() + QUARTER, "by": cast.ben}
            made = takeovers.take_over(screens=queries.held([Target("screen", each.pk) for each in many]), **more)
        with cast.at_harbour(cast.ben), CaptureQueriesContext(connection) as ended:
            takeovers.end_takeover(takeover=made)
        counts.append((len([each for each in asked if "pg_notify" in each["sql"]]), len(ended)))
    assert counts[0] == counts[1]
