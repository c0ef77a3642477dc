"""Small pieces of HTML for table cells, so that a room needs no template per column."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from operant.platform import clock, reading

TONES = {
    "success": "lucide--circle-check",
    "warning": "lucide--clock-alert",
    "error": "lucide--triangle-alert",
    "info": "lucide--info",
    "muted": "lucide--circle-slash",
    "busy": "lucide--loader-circle",
}
NOTHING = SafeString('<span class="ot-quiet" aria-hidden="true">–</span><span class="sr-only">none</span>')
LONG_AGO = timedelta(days=30)


def link(url: str, text: str, *, under: str = "") -> SafeString:
    """The cell that names its row: a link, with a quieter second line."""
    second = format_html('<span class="ot-cell-under">{}</span>', under) if under else ""
    return format_html('<a class="ot-cell-link" href="{}">{}</a>{}', url, text, second)


def two_lines(text: str, under: str) -> SafeString:
    return format_html('{}<span class="ot-cell-under">{}</span>', text, under)


def status(tone: str, word: str, *, icon: str = "") -> SafeString:
    """Icon, word and color together: never color alone."""
    return format_html(
        '<span class="ot-status ot-status-{}"><span class="iconify {}" aria-hidden="true"></span>{}</span>',
        tone,
        icon or TONES[tone],
        word,
    )


def quiet(text: str) -> SafeString:
    return format_html('<span class="ot-quiet">{}</span>', text)


def time(at: datetime | None) -> SafeString:
    """An instant: relative, with the exact time on hover; `ot-time` keeps it true in the reader's zone."""
    if at is None:
        return NOTHING
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html(
        '<ot-time><time datetime="{}" title="{}">{}</time></ot-time>', iso, reading.instant(at), relative(at)
    )


def relative(at: datetime) -> str:
    """Words for how far an instant is from now, as `ot-time` would say them."""
    seconds = (at - clock.now()).total_seconds()
    if abs(seconds) >= LONG_AGO.total_seconds():
        return reading.day(at)
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        amount = int(abs(seconds) // size)
        if amount:
            words = f"{amount} {unit}{'' if amount == 1 else 's'}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "just now"


def plain(value) -> SafeString:
    """Draw a value as its type asks for."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return SafeString("Yes" if value else "No")
    if isinstance(value, datetime):
        return time(value)
    if isinstance(value, date):
        return conditional_escape(reading.day(value))
    if isinstance(value, int | float | Decimal):
        return conditional_escape(reading.number(value))
    return conditional_escape(value)
