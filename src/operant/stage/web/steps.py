"""The steps of a connection test, in words."""

from collections.abc import Sequence
from typing import Any

from .. import kinds
from ..models import Source

NAMES = {
    "resolve": "Find the host", "connect": "Connect", "tls": "Encrypt", "sign_in": "Sign in", "answer": "Get an answer",
    "read": "Read what is there",
}  # fmt: skip
TONES = {"ok": ("success", "Done"), "failed": ("error", "Failed"), "skipped": ("muted", "Left out")}
BUSY, AHEAD = ("busy", "Under way"), ("muted", "Not tried")


def rows(source: Source) -> list[dict[str, Any]]:
    """Return the newest test of a source's connection: every step, also those ahead."""
    names = kinds.KINDS[source.kind].steps
    return listed(names, source.connection.steps, is_running=source.state == Source.State.CONVERTING)


def listed(names: Sequence[str], steps: list[dict[str, Any]], *, is_running: bool = False) -> list[dict[str, Any]]:
    """Return every step of a test with its state in words; those after the last one are under way or not tried."""
    known = {each["name"]: each for each in steps}
    ahead = [name for name in names if name not in known]
    found = []
    for name in names:
        tone = TONES[known[name]["state"]] if name in known else AHEAD
        if is_running and ahead[:1] == [name]:
            tone = BUSY
        found.append({**known.get(name, {}), "title": NAMES[name], "state": tone})
    return found
