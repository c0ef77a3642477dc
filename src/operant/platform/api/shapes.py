"""What bodies and answers are made of. Bodies are closed: no field more, no value of another type."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import core_schema

from operant.platform.tenancy.ids import ALPHABET, LENGTH, parse_public_id, public_id

_TAIL = f"[{ALPHABET}]{{{LENGTH}}}"


class Shape(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class Body(BaseModel):
    """What a program sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Change(Body):
    """A body of which only the fields that are there are changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _something(self) -> "Change":
        if not self.model_fields_set:
            raise ValueError("nothing to change was named")
        return self


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a character that cannot be stored")
    return text


def _address(text: str) -> str:
    try:
        validate_email(_storable(text))
    except ValidationError:
        raise ValueError("is not a mail address") from None
    return text


class _Storable:
    # Said in the contract as well, so that whoever reads only that sends nothing else.
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(_storable, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": r"^[^\u0000]*$"}


Storable = _Storable()
Text = Annotated[str, StringConstraints(min_length=1, max_length=120), Storable]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_address), WithJsonSchema({"type": "string", "format": "email"})
]
Instant = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]


def _instant(value: Any) -> Any:
    # A number would be taken for seconds since 1970, and so would a text of digits.
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("is an instant with its zone, like 2026-11-20T09:30:00Z")
    return value


GivenInstant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_instant)]


RAW: dict[str, type[BaseModel]] = {}
RAW_MARK = "x-shape"


def Raw(shape: type[BaseModel]) -> object:  # noqa: N802 - it makes a type
    """Return the type of an object that passes as it is, and that the contract describes by a shape."""
    RAW[shape.__name__] = shape
    return Annotated[dict[str, Any], WithJsonSchema({RAW_MARK: shape.__name__})]


def Id(prefix: str) -> object:  # noqa: N802 - it makes a type
    """Return the type of a thing's public id: text on the wire, a uuid in the room."""

    def read(value: object) -> object:
        return value if isinstance(value, UUID) else parse_public_id(prefix, value)

    return Annotated[
        UUID,
        BeforeValidator(read),
        PlainSerializer(lambda key: public_id(prefix, key), return_type=str),
        WithJsonSchema({"type": "string", "pattern": f"^{prefix}_{_TAIL}$"}),
    ]
