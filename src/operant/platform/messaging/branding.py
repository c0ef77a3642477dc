"""How mails look: like whoever they come from. The room that knows organizations says how."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Brand:
    """The sender's name and colors; `ink` can be read on `color`, and `edge` makes its shape seen on white."""

    sender: str = "Operant"
    color: str = "#2150b8"
    ink: str = "#ffffff"
    edge: str = "#2150b8"
    logo: str = ""
    postal_address: str = ""


_provider: Callable[[], Brand] = Brand


def register(provider: Callable[[], Brand]) -> None:
    """Let a room say how the mails of the organization in scope look. Called in that scope."""
    global _provider
    _provider = provider


def current() -> Brand:
    """Return how a mail of the organization in scope looks."""
    return _provider()
