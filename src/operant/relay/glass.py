"""How a player lays its picture out on the glass: pure, and as a text that is the same for the same settings."""

import json
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from operant.platform.refusals import Invalid

TURNS = (0, 90, 180, 270)
LEAST_ZOOM, MOST_ZOOM = 50, 200
MOST_OVERSCAN = 10
MOST_DIM = 90


@dataclass(frozen=True)
class Glass:
    """
    Settings of one screen's player.

    `turned` is by how many degrees the picture is turned clockwise, `zoom` how large letters are in percent, `overscan` how
    much of each edge is left free in percent. From `dim_from` until `dim_until`, by the screen's own clock, the picture is
    darker by `dim` percent.
    """

    turned: int = 0
    zoom: int = 100
    overscan: int = 0
    dim: int = 0
    dim_from: time = time(22)
    dim_until: time = time(6)

    @property
    def is_usual(self) -> bool:
        """Whether nothing is set."""
        return self == Glass()


def checked(glass: Glass) -> Glass:
    """
    Return settings that a player can follow.

    :raises Invalid: when one of them is none that there is.
    """
    if glass.turned not in TURNS:
        raise Invalid("A picture is turned by 0, 90, 180 or 270 degrees.")
    if not LEAST_ZOOM <= glass.zoom <= MOST_ZOOM:
        raise Invalid(f"Letters are between {LEAST_ZOOM} and {MOST_ZOOM} percent of their usual size.")
    if not 0 <= glass.overscan <= MOST_OVERSCAN:
        raise Invalid(f"Of each edge at most {MOST_OVERSCAN} percent are left free.")
    if not 0 <= glass.dim <= MOST_DIM:
        raise Invalid(f"A picture is made darker by at most {MOST_DIM} percent, so that it is never black by mistake.")
    if glass.dim and glass.dim_from == glass.dim_until:
        raise Invalid("Dimming begins and ends at different times. For the whole day set 00:00 and 23:59.")
    return glass


def as_text(glass: Glass) -> str:
    """Return settings as a text, empty when nothing is set."""
    return "" if glass.is_usual else json.dumps(_said(glass), separators=(",", ":"))


def from_text(text: str) -> Glass:
    """Return the settings that such a text says."""
    said = json.loads(text) if text else {}
    times = {name: time.fromisoformat(said[name]) for name in ("dim_from", "dim_until") if name in said}
    return Glass(**{**said, **times})


def words(glass: Glass) -> str:
    """Return settings as people read them."""
    parts = [
        f"turned by {glass.turned}°" if glass.turned else "",
        f"letters at {glass.zoom} %" if glass.zoom != 100 else "",
        f"{glass.overscan} % of each edge free" if glass.overscan else "",
        f"darker by {glass.dim} % from {glass.dim_from:%H:%M} to {glass.dim_until:%H:%M}" if glass.dim else "",
    ]
    return ", ".join(filter(None, parts)) or "the usual"


def _said(glass: Glass) -> dict[str, Any]:
    usual = asdict(Glass())
    said = {name: value for name, value in asdict(glass).items() if value != usual[name]}
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in sorted(said.items())}


def preview(glass: Glass) -> dict[str, str]:
    """Return where a small picture lies on a small screen of 160 by 90, as SVG has it; `ot-glass.ts` reckons alike."""
    free = 1 - 2 * glass.overscan / 100
    width, height = (90 * free, 160 * free) if glass.turned in (90, 270) else (160 * free, 90 * free)
    sizes = {"x": -width / 2, "y": -height / 2, "width": width, "height": height, "letters": min(width, height) * glass.zoom / 450}
    # As texts: templates write numbers as the reader's language does.
    return {"turn": str(glass.turned), "night": str(glass.dim / 100), **{name: f"{size:.1f}" for name, size in sizes.items()}}
