"""What is sent: an event of the catalogue without its private fields."""

import json
from datetime import datetime
from typing import Any

from operant.platform.events import CATALOGUE, Event
from operant.platform.events.declaring import Mark, is_private
from operant.platform.events.models import Announcement

_SAMPLES = {int: 12, bool: True, float: 1.5}
_WORDS = {"name": "Lobby", "before": "Entrance", "role": "editor", "theme": "dark", "host": "example.com", "kind": "identify"}
_INSTANT = "2026-11-20T09:30:00+00:00"


def public_events() -> list[type[Event]]:
    """Return the events that may be told to the outside world, by name."""
    return sorted((event for event in CATALOGUE.values() if event.TOLD.public), key=lambda event: event.NAME)


def is_public(name: str) -> bool:
    """Return whether there is an event of this name that may be told."""
    return name in CATALOGUE and CATALOGUE[name].TOLD.public


def body(announcement: Announcement) -> bytes:
    """Return what is sent of an announced event, byte for byte the same until something personal in it is erased."""
    return _written(announcement.name, announcement.at, announcement.event().outside()).encode()


def pretty(announcement: Announcement) -> str:
    """Return what is sent, for people to read."""
    return json.dumps(json.loads(body(announcement)), indent=2, ensure_ascii=False)


def example(event: type[Event]) -> str:
    """Return what an event looks like, with made-up values."""
    values = {name: _sample(name, field) for name, field in event.model_fields.items() if not is_private(field)}
    told = {"type": event.NAME, "timestamp": _INSTANT, "data": values}
    return json.dumps(told, indent=2, ensure_ascii=False)


def meaning(event: type[Event]) -> str:
    """Return what an event means, in one line of plain words."""
    return " ".join((event.__doc__ or "").replace("`", "").split())


def _written(name: str, at: datetime, values: dict[str, Any]) -> str:
    told = {"type": name, "timestamp": at.isoformat(), "data": values}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _sample(name: str, field: Any) -> Any:
    if any(isinstance(mark, Mark) for mark in field.metadata):
        return "ada@harbour.example" if "mail" in name else "Ada"
    if field.annotation in _SAMPLES:
        return _SAMPLES[field.annotation]
    if name.endswith("_id"):
        return f"{name.removesuffix('_id')[:3]}_2Yk8vQ4mT1nRz6WcB3xHsD"
    return _INSTANT if name.endswith("_at") else _WORDS.get(name, "text")
