from datetime import datetime, timedelta
from math import ceil

from django.db import connection

from operant.platform import clock
from operant.platform.queue import waits
from operant.relay import tokens
from operant.relay.actions import pairing
from operant.relay.models import Pairing
from operant.stage import actions as stage
from operant.testing.queue import run_jobs

LOOK = timedelta(seconds=10)
"""How often the worker looks for what is due while time passes."""


def claimed(cast, tv, *, name="Lobby", dashboard=None):
    """Let Ann type the code that a television shows."""
    with cast.at_harbour(cast.ann):
        device = Pairing.objects.get(code_hash=tokens.hashed_code(tv.hello["code"]))
        return pairing.pair(device=device, name=name, dashboard=dashboard, by=cast.ann)


def republished(cast, board):
    """Publish a dashboard with another text, inside its organization's scope."""
    document = {**board.draft, "widgets": [{**board.draft["widgets"][0], "options": {"text": "# Changed"}}]}
    saved = stage.save_draft(dashboard=board, revision=board.revision, document=document)
    return stage.publish(dashboard=saved, revision=saved.revision, by=cast.ben)


def prepared(cast, board, text="# Changed"):
    """Make the next version of a dashboard, with another text, without publishing it."""
    document = {**board.draft, "widgets": [{**board.draft["widgets"][0], "options": {"text": text}}]}
    saved = stage.save_draft(dashboard=board, revision=board.revision, document=document)
    return stage.prepare(dashboard=saved, revision=saved.revision, by=cast.ben)


def pass_time(seconds=0):
    """Time passes; every ten seconds, and at the end, the worker does what is due. Where nothing is, it does not look."""
    begun = clock.now()
    end = begun + timedelta(seconds=seconds)
    while (due := _next_due(end)) is not None:
        looks = max(1, ceil((due - begun) / LOOK))
        clock.advance(max(clock.now(), min(begun + looks * LOOK, end)) - clock.now())
        assert waits.sweep(), "What is due was not claimed."
        run_jobs(limit=1000)
    clock.advance(end - clock.now())


def _next_due(end) -> datetime | None:
    """Return when the first of the rows that are due by then is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(seconds) FROM app.due_waits(%s) WHERE waiting > 0", [end])
        (seconds,) = cursor.fetchone()
    return None if seconds is None else end - timedelta(seconds=seconds)


def tick(seconds=2):
    clock.advance(timedelta(seconds=seconds))
    waits.sweep()
    run_jobs()


def stand(paint, *names, seconds=61):
    """Let screens paint what they are told, be seen with it, and stand for a minute while they go on beating."""
    paint(*names)
    tick()
    for _ in range(seconds // 60):
        clock.advance(timedelta(seconds=60))
        paint(*names)
    tick()
    tick()


def only(announced, *kinds):
    return [each for each in announced if isinstance(each, kinds)]


def about(deployment, board):
    return {
        "deployment_id": deployment.public_id, "dashboard_id": board.public_id, "dashboard": board.name, "number": 2,
    }  # fmt: skip
