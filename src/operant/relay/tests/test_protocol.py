from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.relay import events
from operant.relay.actions import keeping
from operant.relay.models import Command
from operant.relay.tests.helpers import republished
from operant.stage import queries as stage
from operant.stage.models import Result
from operant.testing import stage as staging


@pytest.fixture
def numbers(cast, screen):
    """The lobby's dashboard now asks a data source; returns its key."""
    with cast.at_harbour(cast.ben):
        source = staging.source(cast.ben)
        version = staging.published(cast.ben, name="Pulse", content=staging.document(source))
        keeping.assign(screen=screen, dashboard=version.dashboard)
        return next(iter(stage.keys(version.document).values()))


def test_the_manifest_says_what_to_show(cast, screen, tv, board, frozen):
    tv.renew()
    told = tv.get("manifest")
    version = board.published
    assert told.json() == {
        "etag": told.json()["etag"],
        "screen": {"id": screen.public_id, "name": "Lobby"},
        "version": version.public_id,
        "number": 1,
        "dashboard": {"id": board.public_id, "title": board.name},
        "document": version.document,
        "annotations": [],
        "frames": {},
        "data": {},
        "theme": "dark",
        "locale": cast.harbour.locale,
        "brand": {"name": "Harbour", "color": "", "logo": ""},
        "time_zone": cast.harbour.time_zone,
        "server_time": frozen.isoformat(),
    }
    assert told.headers["ETag"] == f'"{told.json()["etag"]}"'
    assert tv.get("manifest", **{"if-none-match": told.headers["ETag"]}).status_code == 304


def test_a_screen_without_a_dashboard_has_an_empty_manifest(cast, screen, tv):
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, dashboard=None)
    told = tv.get("manifest").json()
    assert (told["version"], told["number"], told["dashboard"], told["document"], told["data"]) == (
        None,
        None,
        None,
        None,
        {},
    )


@pytest.mark.parametrize("change", ["publish", "rename", "theme", "assign", "zone", "color"])
def test_the_manifest_gets_another_checksum_when_something_in_it_changes(cast, screen, tv, board, change):
    before = tv.get("manifest").headers["ETag"]
    with cast.at_harbour(cast.ben):
        if change == "publish":
            republished(cast, board)
        elif change == "rename":
            keeping.rename(screen=screen, name="Lobby north")
        elif change == "theme":
            keeping.make(screen=screen, theme="light")
        elif change == "assign":
            keeping.assign(screen=screen, dashboard=None)
        else:
            from operant.panel.organizations import actions

            given = {"color": "#0f4c81"} if change == "color" else {"time_zone": "Europe/Berlin", "locale": "de-DE"}
            actions.change_settings(organization=cast.harbour, **given)
    told = tv.get("manifest", **{"if-none-match": before})
    assert told.status_code == 200
    assert told.headers["ETag"] != before


def test_a_screen_gets_the_data_of_its_own_dashboard_only(cast, screen, tv, numbers):
    with cast.at_harbour(cast.ben):
        secret = staging.source(cast.ben, name="Salaries")
        other = staging.published(cast.ben, name="Other", content=staging.document(secret))
        hidden = next(iter(stage.keys(other.document).values()))
    assert tv.get("manifest").json()["data"] == {"q1": numbers}
    told = tv.get(f"data?keys={numbers},{hidden},nonsense")
    assert [each["key"] for each in told.json()["results"]] == [numbers]
    assert tv.get(f"data?keys={numbers}", **{"if-none-match": told.headers["ETag"]}).status_code == 304
    assert tv.get("data").json() == {"results": []}


def test_a_poll_answers_what_changed(cast, screen, tv, numbers):
    etag = tv.get("manifest").json()["etag"]
    told = tv.get(f"poll?etag={etag}")
    assert told.json() == {"etag": etag, "data": {numbers: 0}, "commands": []}
    known = {"if-none-match": told.headers["ETag"]}
    assert tv.get(f"poll?etag={etag}", **known).status_code == 204
    with cast.at_harbour(cast.ben):
        Result.objects.update(seq=1)
    assert tv.get(f"poll?etag={etag}", **known).json()["data"] == {numbers: 1}
    with cast.at_harbour(cast.ben):
        Result.objects.update(seq=0)
        keeping.rename(screen=screen, name="Lobby north")
    assert tv.get(f"poll?etag={etag}", **known).json()["etag"] != etag


def test_a_poll_brings_commands(cast, screen, tv):
    etag = tv.get("manifest").json()["etag"]
    with cast.at_harbour(cast.ben):
        command = keeping.send(screen=screen, kind="identify", by=cast.ben)
    told = tv.get(f"poll?etag={etag}").json()
    assert told["commands"] == [{"id": public_id("cmd", command.pk), "kind": "identify"}]
    assert tv.post("acknowledgement", {"command": public_id("cmd", command.pk), "outcome": "done"}).status_code == 204
    assert tv.get(f"poll?etag={etag}").status_code == 204


def test_a_poll_without_data_answers_204_to_the_same_checksum(screen, tv):
    etag = tv.get("manifest").json()["etag"]
    assert tv.get(f"poll?etag={etag}").status_code == 204
    assert tv.get("poll?etag=other").json()["etag"] == etag


def test_a_command_is_handed_over_until_it_is_answered_or_expires(cast, screen, tv, frozen):
    tv.renew()
    with cast.at_harbour(cast.ben):
        first = keeping.send(screen=screen, kind="restart", by=cast.ben)
        clock.advance(timedelta(milliseconds=1))
        second = keeping.send(screen=screen, kind="identify", by=cast.ben)
    names = [public_id("cmd", each.pk) for each in (first, second)]

    def handed():
        return [each["id"] for each in tv.get("poll").json()["commands"]]

    def states():
        with cast.at_harbour():
            return [each.state for each in Command.objects.order_by("created_at")]

    assert (states(), handed(), handed()) == (["sent", "sent"], names, names)
    with cast.at_harbour():
        assert Command.objects.filter(delivered_at=second.created_at).count() == 2
    assert tv.post("acknowledgement", {"command": names[0], "outcome": "heard"}).status_code == 204
    assert (states(), handed()) == (["heard", "sent"], names)
    clock.advance(timedelta(minutes=2))
    assert (states(), handed()) == (["heard", "expired"], names[:1])
    # What became of it counts, however late it is told.
    assert tv.post("acknowledgement", {"command": names[1], "outcome": "done"}).status_code == 204
    clock.advance(timedelta(minutes=58))
    tv.renew()
    assert (states(), tv.get("poll?etag=").json()["commands"]) == (["expired", "done"], [])


def test_an_acknowledgement_is_noted_once_and_told(cast, screen, tv, frozen, announced):
    tv.renew()
    with cast.at_harbour(cast.ben):
        command = keeping.send(screen=screen, kind="identify", by=cast.ben)
        other = keeping.send(screen=screen, kind="clear_cache", by=cast.ben)
    announced.clear()
    name = public_id("cmd", command.pk)
    for outcome in ("heard", "done", "refused", "heard"):
        assert tv.post("acknowledgement", {"command": name, "outcome": outcome}).status_code == 204
        clock.advance(timedelta(seconds=5))
    why = {"outcome": "failed", "reason": "GET https://wall.example/tv?token=" + "s" * 40 + " gave no page"}
    assert tv.post("acknowledgement", {"command": public_id("cmd", other.pk), **why}).status_code == 204
    with cast.at_harbour():
        done, failed = (Command.objects.get(pk=each.pk) for each in (command, other))
    assert (done.outcome, done.heard_at, done.acknowledged_at) == ("done", frozen, frozen + timedelta(seconds=5))
    assert (failed.state, "s" * 40 in failed.reason, failed.reason.endswith("gave no page")) == ("failed", False, True)
    about = {"screen_id": screen.public_id, "name": "Lobby"}
    assert announced == [
        events.CommandDone(**about, kind="show its name"),
        events.CommandFailed(**about, kind="clear its cache", reason=failed.reason),
    ]


def test_a_command_of_somebody_else_cannot_be_acknowledged(cast, screen, tv, board):
    from operant.testing.relay import Tv, paired

    with cast.at_harbour(cast.ben):
        command = keeping.send(screen=screen, kind="identify", by=cast.ben)
    other, theirs = Tv(), Tv()
    paired(other, cast.at_harbour, cast.ann, name="Kitchen")
    paired(theirs, cast.at_meadow, cast.mallory, name="Meadow wall")
    body = {"command": public_id("cmd", command.pk), "outcome": "done"}
    assert [each.post("acknowledgement", body).status_code for each in (other, theirs)] == [404, 404]
    assert tv.post("acknowledgement", {"command": "cmd_x", "outcome": "done"}).status_code == 404
    assert tv.post("acknowledgement", {"command": "cmd_x", "outcome": "maybe"}).status_code == 422


def test_a_goodbye_needs_no_header(screen, tv, fresh):
    tv.beat()
    response = tv.client.post("/relay/goodbye", f'{{"access": "{tv.access}"}}', content_type="text/plain;charset=UTF-8")
    assert response.status_code == 204
    assert fresh(screen).left_at is not None


def test_polling_shows_as_a_connection_of_its_own_kind(screen, tv, fresh, frozen):
    tv.renew()
    assert fresh(screen).is_connected is False
    tv.get("poll")
    assert (fresh(screen).is_connected, fresh(screen).connected_by) == (True, "poll")
    assert (fresh(screen).last_seen_at, fresh(screen).state) == (None, "never_seen")
    clock.advance(timedelta(seconds=46))
    assert fresh(screen).is_connected is False
