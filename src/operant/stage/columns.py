"""What a column is good for, as far as its type and name tell."""

import re
from typing import Any

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
    r"|displacement|horsepower|acceleration|_(mm|cm|celsius|kelvin)$"
    r"|(^|_)(ppm|ppb|sst|ph|aqi|pm10|pm2_?5|bpm|rpm|volts?|voltage|amperes?|kw|mw|hz|stars|gpa|grade|imdb|metascore|bmi|gini|hdi)(_|$)"
    r"|(^|_)co2$|anomal|elevation|altitude|density|concentration|wind|humid|yield|interest|exchange|fertility|growth|(^|_)per_)",
    re.I,
)
# As units stand behind a name: “CO2 (ppm)”, “Speed [km/h]”.
_LEVEL_UNIT = re.compile(r"[(\[][^)\]]*(%|°|ppm|ppb|/|\bper\b|hpa|\bbar\b|\bdb\b|\bhz\b)[^)\]]*[)\]]|[%°]", re.I)
_TOTALED = re.compile(r"(^|_)(total|sum|subtotal)(_|$)", re.I)
_ADDED = re.compile(r"(cost|spend|spent|fee|income|budget|gross|tax|paid|payment|donation|expense|visit|sold|hours|minutes)", re.I)
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
    if _TOTALED.search(column["name"]):
        return False
    return bool(_AVERAGED.search(column["name"]) or _LEVEL_UNIT.search(column.get("label") or ""))


def is_added(column: Column) -> bool:
    """Say whether a number is an amount by its name, whatever its values look like."""
    names = (_TOTALED, _ADDED, *_LEADING)
    return not is_averaged(column) and any(each.search(column["name"]) for each in names)


def words(column: Column) -> str:
    """Return a column as people would write it: “Order total” for “order_total”."""
    label = column.get("label") or column["name"]
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", label)
    text = " ".join(re.split(r"[\s_\-.]+", spaced)).strip()
    return text[:1].upper() + text[1:] or label
