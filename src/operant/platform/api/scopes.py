"""What tokens may be allowed: each room names its own, by room and verb."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """One thing a token may be allowed, and what people read beside it."""

    name: str
    meaning: str
    order: int


_known: dict[str, Scope] = {}


def scopes(room: str, *, order: int, **verbs: str) -> tuple[str, ...]:
    """Declare a room's scopes, each verb with its meaning, and return their names: `stage:read`, `stage:write`."""
    for verb, meaning in verbs.items():
        _known[f"{room}:{verb}"] = Scope(f"{room}:{verb}", meaning, order)
    return tuple(f"{room}:{verb}" for verb in verbs)


def known() -> list[Scope]:
    """Return every scope, in the order of the rooms."""
    return sorted(_known.values(), key=lambda scope: scope.order)
