from operant.relay import tokens
from operant.relay.actions import pairing
from operant.relay.models import Pairing
from operant.stage import actions as stage


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
