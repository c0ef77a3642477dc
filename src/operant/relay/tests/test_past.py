"""What a figure was before travels to screens with the figure itself, in the same answer."""

from datetime import timedelta

from operant.platform import clock, queue
from operant.stage import queries as stage
from operant.stage.models import PastFigures, Result
from operant.testing import relay
from operant.testing import stage as staging
from operant.testing.queue import run_jobs


def past(tv, key):
    """The earlier figures that a screen is sent with an answer, which is the newest of them."""
    answer = relay.call("GET", "/relay/data", query=f"keys={key}", headers={"authorization": f"Bearer {tv.access}"})
    (result,) = answer.json()["results"]
    assert result["rows"] == [[60]]
    return result["past"]["figures"]["revenue"]


def test_a_screen_gets_the_past_in_the_same_answer_and_asks_nothing_more(cast, tv):
    with cast.at_harbour(cast.ben):
        content = staging.document(staging.source(cast.ben))
        content["widgets"][0]["options"] = {"value": "revenue", "since": "day"}
        pulse = staging.published(cast.ben, name="Pulse", content=content).dashboard
        (key,) = stage.keys(pulse.published.document).values()
    relay.paired(tv, cast.at_harbour, cast.ann, dashboard=pulse)
    relay.call("GET", "/relay/manifest", headers={"authorization": f"Bearer {tv.access}"})
    run_jobs()
    assert past(tv, key) == [60]
    with cast.at_harbour():
        row = Result.objects.get(key=key)
        PastFigures.objects.create(result=row, at=clock.now() - timedelta(days=1), figures={"revenue": 7.5})
        Result.objects.update(due_at=clock.now(), leased_until=None)
        queue.defer("stage.refresh", organization_id=row.organization_id, ids=[row.pk])
    run_jobs()
    assert past(tv, key) == [7.5, 60, 60]
