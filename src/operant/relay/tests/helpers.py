from operant.relay.actions import pairing
from operant.relay.models import Pairing


def claimed(cast, tv, *, name="Lobby", dashboard=None):
    """Let Ann type the code that a television shows."""
    with cast.at_harbour(cast.ann):
        device = Pairing.objects.get(code=tv.hello["code"])
        return pairing.pair(device=device, name=name, dashboard=dashboard, by=cast.ann)
