"""
What a device sends, exactly. Unknown fields are refused: the privacy notice names these, and no others exist.

Texts are bounded before anything looks into them.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MOST_BYTES = 8192


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains a character that cannot be stored")
    return text


def _keepable(at: datetime) -> datetime:
    # PostgreSQL keeps years that Python cannot read back: one such row would take every page it stands on with it.
    if not 1970 <= at.year <= 9998:
        raise ValueError("is not a time that can be kept")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_keepable)]


class Body(BaseModel):
    """A closed shape: no field more, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Viewport(Body):
    """How large the page on the glass is, in CSS pixels."""

    w: int = Field(ge=0, le=32768)
    h: int = Field(ge=0, le=32768)


class Browser(Body):
    """Which engine draws it."""

    engine: Literal["Chromium", "Gecko", "WebKit", "unknown"]
    major: int = Field(ge=0, le=9999)


class Rendered(Body):
    """The version that was painted last, and when."""

    version: Annotated[str, Field(max_length=40)] | None
    at: Instant | None

    @model_validator(mode="after")
    def _both_or_none(self) -> "Rendered":
        if (self.version is None) != (self.at is None):
            raise ValueError("a version has the time it was painted, and none has none")
        return self


class ClientError(Body):
    """A fault of the page on this screen, how often it happened, and when first and last."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    message: str = Field(max_length=500)
    count: int = Field(ge=1, le=1_000_000)
    first: Instant
    last: Instant


class Heartbeat(Body):
    """Exactly four things."""

    viewport: Viewport
    browser: Browser
    rendered: Rendered
    errors: list[ClientError] = Field(max_length=10)


class HelloBody(Body):
    """A device that belongs to nobody yet."""

    viewport: Viewport
    model: Annotated[str, AfterValidator(_storable)] = Field("", max_length=60)


class PairingBody(Body):
    """The device asks whether somebody typed its code."""

    device: str = Field(max_length=60)
    secret: str = Field(max_length=100)


class RefreshBody(Body):
    """A refresh token."""

    refresh: str = Field(max_length=200)


class AcknowledgementBody(Body):
    """That a command or a takeover was heard, or what became of it; `reason` says why it failed."""

    command: str = Field(max_length=40)
    outcome: Literal["heard", "done", "failed", "refused"]
    reason: str = Field("", max_length=500)


class GoodbyeBody(Body):
    """The page is being closed. A beacon sends no header, so the access token is in the body."""

    access: str = Field(max_length=500)
