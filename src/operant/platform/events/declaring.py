import string
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

CATALOGUE: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Mark:
    """What a field's value is, beyond its type."""

    is_public: bool


Personal = Annotated[str, Mark(is_public=True)]
"""Personal: erased when its person asks."""

Private = Annotated[str, Mark(is_public=False)]
"""Personal, and never leaves the house."""


@dataclass(frozen=True)
class Told:
    """Who learns of a fact: the audit sentence, a permission to notify, live topics, and the outside world."""

    audit: str
    notify: str | None = None
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

    def outside(self) -> dict[str, Any]:
        """Return the values that may leave the house, as JSON has them: all but those that are `Private`."""
        hidden = {name for name, field in type(self).model_fields.items() if is_private(field)}
        return self.model_dump(mode="json", exclude=hidden)

    def topics(self) -> list[str]:
        """Return the live topics this event touches."""
        return [topic.format(**self.model_dump()) for topic in self.TOLD.live]


def is_private(field: FieldInfo) -> bool:
    """Return whether a field of an event never leaves the house."""
    return any(isinstance(mark, Mark) and not mark.is_public for mark in field.metadata)


def placeholders(template: str) -> set[str]:
    """Return the field names a sentence or topic uses."""
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}
