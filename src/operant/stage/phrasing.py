"""Alerts in words: on walls, in mails and on pages. Pure: no database."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from . import amounts
from .amounts import NOTHING, Said
from .terms import ABOVE, BELOW, CHANGED, ROWS, SILENT, Terms

_FIGURES = {
    "first": "the first {column}", "last": "the last {column}", "highest": "the highest {column}",
    "lowest": "the lowest {column}", "sum": "the sum of {column}", "average": "the average of {column}",
}  # fmt: skip
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_SHORT = Context(prec=15, rounding=ROUND_HALF_EVEN, traps=[])


def written(value: Decimal, said: Said = NOTHING) -> str:
    """Return a number with its unit, as whoever reads it writes it: “1,200”, “€1,200”."""
    return amounts.written(plain(value), said)


def plain(value: Decimal) -> str:
    """Return a number for keeping, whole ones exactly and others with up to 15 digits: “1200”, “0.25”, “1.5E+30”."""
    if value == value.to_integral_value() and value.adjusted() < 21:
        return format(value.quantize(Decimal(1)) + 0, "f")
    short = _SHORT.create_decimal(value).normalize(_SHORT)
    if not short:
        return "0"
    return format(short, "f") if -7 < short.adjusted() < 21 else str(short)


def exact(value: Decimal) -> str:
    """Return a limit as somebody typed it, without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(seconds: int) -> str:
    """Return a span in its largest whole unit: “5 minutes”."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    amount = seconds // size
    return f"{amount} {unit}{'' if amount == 1 else 's'}"


def every(seconds: int) -> str:
    """Return how often something is asked: “every 5 minutes”, “every hour”."""
    said = span(seconds)
    return f"every {said.removeprefix('1 ') if said.startswith('1 ') else said}"


def subject(column: str, reduce: str) -> str:
    """Return what an alert looks at: “the highest revenue”."""
    return "the number of rows" if reduce == ROWS else _FIGURES[reduce].format(column=column)


def condition(terms: Terms, said_of: Said = NOTHING) -> str:
    """Return when an alert fires, after what it looks at: “is below 20 for 5 minutes”."""
    if terms.condition == SILENT or terms.limit is None:
        said = "is 0" if terms.reduce == ROWS else "has no value"
    elif terms.condition == CHANGED:
        said = f"changes by {written(terms.limit)}% or more within {span(terms.within_seconds)}"
    else:
        said = f"is {terms.condition} {written(terms.limit, said_of)}"
    return f"{said} for {span(terms.hold_seconds)}" if terms.hold_seconds else said


def finding(terms: Terms, value: str, said_of: Said = NOTHING) -> str:
    """Return what made an alert fire: “12, below 20”."""
    if terms.condition == SILENT or terms.limit is None:
        return "no rows" if terms.reduce == ROWS else "no value"
    seen = amounts.written(value, said_of)
    if terms.condition in {ABOVE, BELOW}:
        return f"{seen}, {terms.condition} {written(terms.limit, said_of)}"
    return f"{seen}, changed by {written(terms.limit)}% or more within {span(terms.within_seconds)}"


def sentence(terms: Terms, said_of: Said = NOTHING) -> str:
    """Return what an alert looks at and when it fires: “the highest revenue is below 20 for 5 minutes”."""
    return f"{subject(terms.column, terms.reduce)} {condition(terms, said_of)}"
