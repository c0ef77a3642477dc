"""What a column is good for, as far as its type and name tell."""

import re
from typing import Any

from .document.currencies import CODES

Column = dict[str, Any]
FIGURES = {"integer", "decimal", "float"}
TIMES = {"date", "datetime"}
# Numbers that name a thing or a place: adding them up says nothing.
_NAMING = re.compile(
    r"(^|[_ ])([a-z]?id|nr|no|number|code|zip|postcode|plz|lat|lng|lon|latitude|longitude|year|jahr|founded|established"
    r"|quarter|qtr|month|day|week|hour|phone)$",
    re.I,
)
_PERSONAL = re.compile(r"(name|mail|phone|address|url|link|comment|note|description|uuid)", re.I)
_AVERAGED = re.compile(
    r"(rate|ratio|percent|pct|share|price|temp|(^|_)age$|score|rating|speed|avg|average|mean|median|margin|duration"
    r"|humidity|pressure|level|efficiency|mpg|miles_per|per_?cap|life_?exp|expectancy|length|width|depth|height|(^|_)mass(_|$)"
    r"|unemp|infl(ation)?($|_)|(^|_)(cpi|index|mag|magnitude)($|_)"
    r"|displacement|horsepower|acceleration|_(mm|cm|celsius|kelvin)$|(^|_)per_)",
    re.I,
)
# Measured by most who write them, unless the name says that they are counted or paid as well: “windows_sold” is no wind.
_LEVEL = re.compile(
    r"(?<![a-z0-9])(ppm|ppb|sst|ph|aqi|pm10|pm2_?5|bpm|rpm|volts?|voltage|amperes?|kw|mw|hz|gpa|grade|imdb|metascore|bmi|gini|hdi"
    r"|co2$|anomaly|elevation|altitude|density|concentration|wind|yield$|fertility|druck|feuchte|geschwindigkeit|quote|anteil)"
    r"(?![a-z0-9])",
    re.I,
)
_OF = r"(s|sec|min|h|hr|hour|d|day|week|month|yr|year|g|kg|t|m?l|dl|k?m[23²³]?|cm[23²³]?|ha|capita|person|head|unit|[\d,. ]*k?m)"
# As units stand behind a name: “CO2 (ppm)”, “Speed [km/h]”, and nothing else in the bracket.
_LEVEL_UNIT = re.compile(rf"[(\[]\s*(°\s*[cfk]?|ppm|ppb|hpa|m?bar|dba?|k?hz|[^\s/)\]]+(/|\s+per\s+){_OF})\s*[)\]]|°", re.I)
_PERCENT = re.compile(r"[(\[]\s*%\s*[)\]]|(?<!\d)(?<!\d\s)%$|^%")
_TOTALED = re.compile(r"(^|_)(total|sum|subtotal|gesamt[a-z]*|summe)(_|$)", re.I)
_ADDED = re.compile(
    r"(cost|spend|spent|income|budget|gross|tax|paid|payment|donation|expense|visit|sold|hours|minutes|votes|salar|commission|premium"
    r"|invoice|betrag|miete|lohn|kosten|netto|brutto|steuer|gebuehr|gebühr|zahlung|ausgaben|einnahmen|provision|praemie|prämie"
    r"|(?<![a-z])(fees?|rents?|fares?|net|wages?|gehalt|gehaelter|gehälter)(?![a-z]))",
    re.I,
)
# What people look for first: money, then how much of something.
_LEADING = (
    re.compile(r"(revenue|sales|turnover|amount|profit|umsatz)", re.I),
    re.compile(r"(total|value|orders|quantity|units|count)", re.I),
)


def measure(columns: list[Column]) -> Column | None:
    """Return the number that is most worth showing: one that its name praises, or the first that is no code."""
    found = [each for each in columns if each["type"] in FIGURES and not _NAMING.search(each["name"])]
    leading = [each for pattern in _LEADING for each in found if pattern.search(each["name"])]
    return next(iter(leading + found), None)


def moment(columns: list[Column]) -> Column | None:
    """Return the first date or instant."""
    return next((each for each in columns if each["type"] in TIMES), None)


def category(columns: list[Column]) -> Column | None:
    """Return the first text that sorts rows into groups."""
    texts = [each for each in columns if each["type"] == "text"]
    groups = [each for each in texts if not _NAMING.search(each["name"]) and not _PERSONAL.search(each["name"])]
    return (groups or texts or [None])[0]


def is_naming(column: Column) -> bool:
    """Say whether a column names a thing or a place, so that its numbers must not be added up."""
    return bool(_NAMING.search(column["name"]))


def is_averaged(column: Column) -> bool:
    """Say whether a number is a rate or level by its name or unit: a sum of it would say nothing."""
    name, label = column["name"], column.get("label") or column["name"]
    if _TOTALED.search(name):
        return False
    if _AVERAGED.search(name) or _PERCENT.search(label):
        return True
    return not _is_amount(name) and bool(_LEVEL.search(name) or _LEVEL_UNIT.search(label))


def is_added(column: Column) -> bool:
    """Say whether a number is an amount by its name, whatever its values look like."""
    return _is_amount(column["name"]) and not is_averaged(column)


def _is_amount(name: str) -> bool:
    return any(each.search(name) for each in (_TOTALED, _ADDED, *_LEADING))


def money(column: Column) -> dict[str, str]:
    """Return how a column of money is written, as the file that it came in says; nothing of others."""
    code = column.get("currency") if column["type"] in FIGURES else None
    return {"format": "currency", "currency": code} if code in CODES else {}


def words(column: Column) -> str:
    """Return a column as people would write it: “Order total” for “order_total”."""
    label = column.get("label") or column["name"]
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", label)
    text = " ".join(re.split(r"[\s_\-.]+", spaced)).strip()
    return text[:1].upper() + text[1:] or label
