"""What is asked of a Prometheus over its HTTP API, and what it says when an expression is none."""

import json
from urllib.parse import urlencode

from operant.platform import clock
from operant.platform.outgoing import Address

from .feed import Feed

# As many points as a wall can show; Prometheus itself gives 11,000 at most.
_POINTS = 240
_LEAST_STEP = 15


def asked(feed: Feed) -> list[tuple[str, Address]]:
    """Return each measure's name with the address that answers it."""
    base = feed.address.partition("?")[0].rstrip("/")
    return [(name, Address.read(f"{base}/api/v1/{_question(feed, expression)}")) for name, expression in feed.measures]


def complaint(body: bytes) -> str:
    """Return what a Prometheus says is wrong, or nothing."""
    try:
        said = json.loads(body)["error"]
        return "".join(letter for letter in str(said) if letter.isprintable())[:300]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _question(feed: Feed, expression: str) -> str:
    now = int(clock.now().timestamp())
    if not feed.span_seconds:
        return "query?" + urlencode({"query": expression, "time": now})
    step = max(_LEAST_STEP, feed.span_seconds // _POINTS)
    # On whole steps: whoever asks again gets the same points, and new ones.
    end = now - now % step
    span = {"start": end - feed.span_seconds, "end": end, "step": step}
    return "query_range?" + urlencode({"query": expression, **span})
