import string
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

CATALOGUE: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Mark:
    """What a field's value is, beyond its type."""

    is_public: bool


Personal = Annotated[str, Mark(is_public=True)]
"""Personal: erased when its person asks."""

Private = Annotated[str, Mark(is_public=False)]
"""Personal, and never leaves the house."""


CONCERNED = "concerned"
"""Whom to notify of a fact about a membership: the person whose membership it is, and nobody else."""


@dataclass(frozen=True)
class Told:
    """
    Who learns of a fact: the audit sentence, whom to notify, live topics, and the outside world.

    `notify` names a permission (`relay.see_screens`), or is `CONCERNED`; `category` is what the notification is about,
    from the closed list of `messaging.categories`.
    """

    audit: str
    notify: str | None = None
    category: str | None = None
    live: tuple[str, ...] = ()
    public: bool = False


class Event(BaseModel):
    """A fact, announced in the transaction that made it true."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str]
    TOLD: ClassVar[Told]

    def __init_subclass__(cls, *, name: str, told: Told, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in CATALOGUE:
            raise ValueError(f"The event {name} is declared twice.")
        cls.NAME, cls.TOLD = name, told
        CATALOGUE[name] = cls

    def sentence(self) -> str:
        """Return the audit sentence with this event's values."""
        return self.TOLD.audit.format(**self.model_dump())

    def topics(self) -> list[str]:
        """Return the live topics this event touches."""
        return [topic.format(**self.model_dump()) for topic in self.TOLD.live]


def placeholders(template: str) -> set[str]:
    """Return the field names a sentence or topic uses."""
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}
