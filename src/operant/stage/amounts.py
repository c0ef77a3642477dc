"""Figures as queries say that they are written: for mails, pages and what stands on walls in words. Pure: no database."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from operant.platform import reading

Said = Mapping[str, Any]
NOTHING: Said = {}
# The others are written with their three letters, which are the same in every country.
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_WITHOUT_CENTS = {"JPY", "KRW", "VND", "CLP", "ISK", "HUF"}
_MS = {"milliseconds": 1, "seconds": 1_000, "minutes": 60_000, "hours": 3_600_000, "days": 86_400_000}
_SPANS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"))
_BYTES = {"bytes": (1_000, ("B", "kB", "MB", "GB", "TB", "PB")), "binary_bytes": (1_024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB"))}
_PER = {"second": "/s", "minute": "/min", "hour": "/h", "day": "/day", "week": "/week", "month": "/month", "year": "/year"}


def said_of(query: Mapping[str, Any], column: str) -> Said:
    """Return what a query of a document says of a column's figures."""
    return next((each for each in query.get("columns", ()) if each["column"] == column), NOTHING)


def written(text: str, said: Said = NOTHING) -> str:
    """Return a number that was kept as text with its unit, as whoever reads it writes numbers; nothing for none."""
    if not text:
        return ""
    if "E" in text or not said:
        return _around(reading.figure(text), said)
    value, kind = Decimal(text), said.get("format", "number")
    if kind == "duration":
        return _around(_lasting(value * _MS[said.get("duration_in", "seconds")]), said)
    if kind in _BYTES:
        return _around(_sized(value, *_BYTES[kind]), said)
    if kind == "percent":
        return _around(f"{_rounded(value * 100, said, 2)}%", said)
    return _around(_money(value, said) if kind == "currency" else _rounded(value, said, None), said)


def _money(value: Decimal, said: Said) -> str:
    currency = said.get("currency") or "EUR"
    cents = 0 if value == value.to_integral_value() or currency in _WITHOUT_CENTS else 2
    amount = _rounded(abs(value), said, cents, is_fixed=True)
    sign, minus = _SIGNS.get(currency), "-" if value < 0 else ""
    return f"{minus}{sign}{amount}" if sign else f"{minus}{amount} {currency}"


def _rounded(value: Decimal, said: Said, most: int | None, *, is_fixed: bool = False) -> str:
    places = said.get("decimals")
    digits = most if places is None else places
    if digits is None:
        return reading.number(value)
    made = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return reading.number(made if places is not None or is_fixed else _bare(made))


def _bare(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _lasting(ms: Decimal) -> str:
    """The two largest units, the smaller one only where there is something of it."""
    minus, left = "-" if ms < 0 else "", abs(ms)
    at = next((at for at, (size, _) in enumerate(_SPANS) if left >= size), len(_SPANS) - 1)
    (size, name), smaller = _SPANS[at], _SPANS[at + 1 : at + 2]
    if not smaller or name == "s":
        return f"{minus}{reading.number(_bare((left / size).quantize(Decimal('0.1'), ROUND_HALF_UP)))} {name}"
    [(small, small_name)] = smaller
    units = (left / small).to_integral_value(ROUND_HALF_UP)
    whole, rest = divmod(units, size // small)
    return f"{minus}{reading.number(whole)} {name}" + (f" {rest:f} {small_name}" if rest else "")


def _sized(value: Decimal, base: int, symbols: tuple[str, ...]) -> str:
    power, left = 0, value
    while power < len(symbols) - 1 and abs(left).to_integral_value(ROUND_HALF_UP) >= base:
        power, left = power + 1, left / base
    return f"{reading.number(_bare(left.quantize(Decimal('0.01'), ROUND_HALF_UP)))} {symbols[power]}"


def _around(text: str, said: Said) -> str:
    unit = said.get("unit", "")
    return f"{said.get('prefix', '')}{text}{' ' + unit if unit else ''}{_PER.get(said.get('per', ''), '')}"
