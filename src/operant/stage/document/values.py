"""The small types that documents and results are made of, with their bounds."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

LONGEST_SQL = 20_000


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a character that cannot be stored")
    return text


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text and text not in _zones():
        raise ValueError("is no time zone. Write it like Europe/Berlin, or leave it empty")
    return text


def _local(text: str) -> str:
    if text:
        try:
            datetime.strptime(text, "%Y-%m-%dT%H:%M")
        except ValueError:
            raise ValueError("is no date with a time. Write it like 2026-12-31T18:00") from None
    return text


def _https(text: str) -> str:
    if not text:
        return text
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        (parts.hostname or "").encode("idna")
    except ValueError:
        is_whole = False
    if not is_whole or any(each.isspace() or each in "\"'<>;," for each in parts.netloc):
        raise ValueError("must be a whole address that begins with https://, without a password in it")
    return text


class Strict(BaseModel):
    """Takes exactly what is named, as the type that is named."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Storable = AfterValidator(_storable)
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Title = Annotated[str, StringConstraints(max_length=120), Storable]
ColumnName = Annotated[str, StringConstraints(max_length=300), Storable]
Sql = Annotated[str, StringConstraints(max_length=LONGEST_SQL), Storable]
Text = Annotated[str, StringConstraints(max_length=5_000), Storable]
Zone = Annotated[str, StringConstraints(max_length=60), AfterValidator(_zone)]
LocalTime = Annotated[str, StringConstraints(max_length=16), AfterValidator(_local)]
Address = Annotated[str, StringConstraints(max_length=2_000), Storable, AfterValidator(_https)]
PictureName = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{43})?$")]
