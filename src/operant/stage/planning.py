"""When a dashboard may be published later, and how people write and read that time; pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=366)


def moment(text: str, zone: str) -> datetime:
    """
    Return the instant that a date and time mean in a zone; of a time that comes twice the first.

    :raises ValueError: with a sentence, when there is no such time.
    """
    try:
        said = datetime.fromisoformat(text).replace(second=0, microsecond=0)
    except ValueError:
        raise ValueError("Choose a day and a time.") from None
    if said.tzinfo is not None or not 2000 < said.year < 9000:
        raise ValueError("Choose a day and a time.")
    meant = said.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if meant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != said:
        raise ValueError(f"Clocks in {zone} leave this time out on that day. Choose another.")
    return meant


def refusal(at: datetime, now: datetime) -> str:
    """Return why nothing can be planned for this time, or nothing when it can."""
    if at <= now:
        return "This time is over. Choose one that is still to come."
    return "Choose a time within a year." if at > now + FARTHEST else ""


def written(at: datetime, zone: str) -> str:
    """Return an instant as people of an organization read it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M} ({zone})"
