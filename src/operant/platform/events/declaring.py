import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import InvalidOperation
from typing import Annotated, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from operant.platform import reading

CATALOGUE: dict[str, type["Event"]] = {}
ERASED = "[erased]"
"""What stands where a personal value was."""
# In the payload, where a personal value was taken out; and what fields may not be called, since exports use it.
_PART = "personal"
_RESERVED = {"actor", _PART}


@dataclass(frozen=True)
class Mark:
    """What a field's value is, beyond its type."""

    is_public: bool


Personal = Annotated[str, Mark(is_public=True)]
"""Personal: erased when its person asks."""

Private = Annotated[str, Mark(is_public=False)]
"""Personal, and never leaves the house."""


@dataclass(frozen=True)
class Written:
    """How a field's value, which is text for programs, stands in the sentence that a person reads."""

    words: Callable[[str], str]


Instant = Annotated[str, Written(lambda text: reading.instant(datetime.fromisoformat(text)))]
"""An instant in ISO 8601."""

Day = Annotated[str, Written(lambda text: reading.day(date.fromisoformat(text)))]
"""A day in ISO 8601."""

Figure = Annotated[str, Written(reading.figure)]
"""A number as text, since it is exact."""

CONCERNED = "concerned"
"""Whom to notify of a fact about a membership: the person whose membership it is, and nobody else."""


@dataclass(frozen=True)
class Told:
    """
    Who learns of a fact: the audit sentence, whom to notify, live topics, and the outside world.

    `notify` names a permission (`relay.see_screens`), or is `CONCERNED`; `category` is what the notification is about,
    from the closed list of `messaging.categories`. Whoever did it is not told, unless `tells_actor`.
    """

    audit: str
    notify: str | None = None
    category: str | None = None
    live: tuple[str, ...] = ()
    public: bool = False
    tells_actor: bool = False


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

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        for name, field in cls.model_fields.items():
            if name in _RESERVED:
                raise ValueError(f"{cls.NAME}: no field of an event is called {name}.")
            if float in _parts(field.annotation):
                raise ValueError(f"{cls.NAME}.{name}: numbers are whole, since two programs may write others differently.")

    def sentence(self) -> str:
        """Return the audit sentence with this event's values, as whoever reads it writes dates and numbers."""
        fields = type(self).model_fields
        said = {name: _said(value, fields[name]) for name, value in self.model_dump().items()}
        return self.TOLD.audit.format(**said)

    def outside(self) -> dict[str, Any]:
        """Return the values that may leave the house, as JSON has them: all but those that are `Private`."""
        hidden = {name for name, field in type(self).model_fields.items() if is_private(field)}
        return self.model_dump(mode="json", exclude=hidden)

    def topics(self) -> list[str]:
        """Return the live topics this event touches."""
        return [topic.format(**self.model_dump()) for topic in self.TOLD.live]

    @classmethod
    def personal_fields(cls) -> list[str]:
        """Return the names of the fields that say something of somebody."""
        return [name for name, field in cls.model_fields.items() if mark_of(field)]


def mark_of(field: FieldInfo) -> Mark | None:
    """Return what a field is marked with, also when it may be missing."""
    return next((each for each in (*field.metadata, *_parts(field.annotation)) if isinstance(each, Mark)), None)


def reference(part: str) -> dict[str, str]:
    """Return what stands in a payload for a personal value: which commitment holds it."""
    return {_PART: part}


def referred(value: Any) -> str:
    """Return the commitment that a payload names in the place of a value; empty when it is the value itself."""
    return value[_PART] if isinstance(value, dict) and value.keys() == {_PART} else ""


def is_private(field: FieldInfo) -> bool:
    """Return whether a field of an event never leaves the house."""
    return any(isinstance(mark, Mark) and not mark.is_public for mark in field.metadata)


def placeholders(template: str) -> set[str]:
    """Return the field names a sentence or topic uses."""
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


def _said(value: Any, field: FieldInfo) -> Any:
    written = next((each for each in field.metadata if isinstance(each, Written)), None)
    try:
        return written.words(value) if written else value
    except (ValueError, InvalidOperation):
        # Empty, or erased.
        return value


def _parts(annotation: Any) -> list[Any]:
    inside = [part for each in get_args(annotation) for part in _parts(each)]
    return [annotation, *getattr(annotation, "__metadata__", ()), *inside]
