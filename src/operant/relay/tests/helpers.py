from datetime import timedelta

from operant.platform import clock
from operant.platform.queue import waits
from operant.relay import tokens
from operant.relay.actions import pairing
from operant.relay.models import Pairing
from operant.stage import actions as stage
from operant.testing.queue import run_jobs


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


def tick(seconds=2):
    clock.advance(timedelta(seconds=seconds))
    waits.sweep()
    run_jobs()


def stand(paint, *names, seconds=61):
    """Let screens paint what they are told, be seen with it, and stand for a minute while they go on beating."""
    paint(*names)
    tick()
    for _ in range(seconds // 30):
        clock.advance(timedelta(seconds=30))
        paint(*names)
    tick()
    tick()


def only(announced, *kinds):
    return [each for each in announced if isinstance(each, kinds)]


def about(deployment, board):
    return {
        "deployment_id": deployment.public_id, "dashboard_id": board.public_id, "dashboard": board.name, "number": 2,
    }  # fmt: skip
