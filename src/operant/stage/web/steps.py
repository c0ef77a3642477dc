"""The steps of a connection test, in words."""

from typing import Any

from ..models import Source
from ..postgres import calling

NAMES = {
    "resolve": "Find the host", "connect": "Connect", "tls": "Encrypt", "sign_in": "Sign in", "read": "Read the tables",
}  # fmt: skip
TONES = {"ok": ("success", "Done"), "failed": ("error", "Failed"), "skipped": ("muted", "Left out")}
BUSY, AHEAD = ("busy", "Under way"), ("muted", "Not tried")


def rows(source: Source) -> list[dict[str, Any]]:
    """Return the newest test of a source's database: every step, also those ahead."""
    return listed(source.connection.steps, is_running=source.state == Source.State.CONVERTING)


def listed(steps: list[dict[str, Any]], *, is_running: bool = False) -> list[dict[str, Any]]:
    """Return every step of a test with its state in words; those after the last one are under way or not tried."""
    known = {each["name"]: each for each in steps}
    ahead = [name for name in calling.STEPS if name not in known]
    found = []
    for name in calling.STEPS:
        tone = TONES[known[name]["state"]] if name in known else AHEAD
        if is_running and ahead[:1] == [name]:
            tone = BUSY
        found.append({**known.get(name, {}), "title": NAMES[name], "state": tone})
    return found
