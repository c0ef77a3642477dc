"""The kinds of values that text in a CSV can turn out to be.

Every kind has one pattern, used on a sample by Python and on the whole column by DuckDB, so that both agree.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One way of writing a type: the pattern of its values and the SQL that makes a value of the text `v`."""

    name: str
    type: str
    pattern: str
    sql: str

    def fits(self, text: str) -> bool:
        return re.fullmatch(self.pattern, text, re.ASCII) is not None

    def value(self, text_sql: str) -> str:
        """SQL for the value, NULL where the text is not of this kind."""
        made = self.sql.replace("{v}", text_sql)
        return f"CASE WHEN regexp_full_match({text_sql}, '{self.pattern}') THEN {made} END"


def _parsed(formats: str, kind: str) -> str:
    # %Y would take 98 for the year 98; %y does not take 1998, so it comes first.
    return f"CAST(try_strptime({{v}}, [{formats}]) AS {kind})"


# Longer rows of digits are codes, and a float would change them.
_PLAIN = "(0|[1-9][0-9]{0,17})"
_DOTS = r"[1-9][0-9]{0,2}(\.[0-9]{3})+"
_COMMAS = "[1-9][0-9]{0,2}(,[0-9]{3})+"
_NO_DOTS = "replace({v}, '.', '')"
_NO_COMMAS = "replace({v}, ',', '')"
_DAY = "[0-9]{1,2}"
_CLOCK = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_MONTH = "[A-Z][a-z]{2}"

BOOLEAN = Kind("boolean", "boolean", "true|false|True|False|TRUE|FALSE", "TRY_CAST({v} AS BOOLEAN)")
# A number that begins with zero is a code: a post code, an article number.
INTEGER = Kind("integer", "integer", "[+-]?(0|[1-9][0-9]{0,17})", "TRY_CAST({v} AS BIGINT)")
POINT = Kind(
    "point", "float", rf"[+-]?({_PLAIN}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", "TRY_CAST({v} AS DOUBLE)"
)
POINT_GROUPED = Kind(
    "point_grouped", "float", rf"[+-]?({_PLAIN}|{_COMMAS})(\.[0-9]+)?", f"TRY_CAST({_NO_COMMAS} AS DOUBLE)"
)
INTEGER_COMMAS = Kind(
    "integer_commas", "integer", f"[+-]?([0-9]|[1-9][0-9]{{0,2}}|{_COMMAS})", f"TRY_CAST({_NO_COMMAS} AS BIGINT)"
)
COMMA = Kind(
    "comma",
    "float",
    f"[+-]?({_PLAIN}|{_DOTS})(,[0-9]+)?",
    f"TRY_CAST(replace({_NO_DOTS}, ',', '.') AS DOUBLE)",
)
INTEGER_DOTS = Kind(
    "integer_dots", "integer", f"[+-]?([0-9]|[1-9][0-9]{{0,2}}|{_DOTS})", f"TRY_CAST({_NO_DOTS} AS BIGINT)"
)
# Proven to be told of: a float would change most of them, so they stay text.
LONG = Kind("long", "float", r"[+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?", "TRY_CAST({v} AS DOUBLE)")
DATE = Kind("date", "date", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "TRY_CAST({v} AS DATE)")
DATETIME = Kind(
    "datetime",
    "datetime",
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}(\.[0-9]+)?",
    "TRY_CAST({v} AS TIMESTAMP)",
)
INSTANT = Kind(
    "instant",
    "datetime",
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}(\.[0-9]+)? ?(Z|[+-][0-9]{{2}}:?([0-9]{{2}})?)",
    "TRY_CAST({v} AS TIMESTAMPTZ)",
)
DOTTED_DATE = Kind(
    "dotted_date", "date", rf"{_DAY}\.{_DAY}\.([0-9]{{4}}|[0-9]{{2}})", _parsed("'%d.%m.%y', '%d.%m.%Y'", "DATE")
)
DOTTED_DATETIME = Kind(
    "dotted_datetime",
    "datetime",
    rf"{_DAY}\.{_DAY}\.[0-9]{{4}} {_CLOCK}",
    _parsed("'%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M'", "TIMESTAMP"),
)
YEAR_FIRST = Kind("year_first", "date", f"[0-9]{{4}}/{_DAY}/{_DAY}", _parsed("'%Y/%m/%d'", "DATE"))
NAMED_MONTH = Kind(
    "named_month",
    "date",
    f"{_MONTH} {_DAY},? [0-9]{{4}}|{_DAY}[ -]{_MONTH}[ -]([0-9]{{4}}|[0-9]{{2}})",
    _parsed("'%b %d %Y', '%b %d, %Y', '%d-%b-%y', '%d %b %y', '%d %b %Y', '%d-%b-%Y'", "DATE"),
)
_NAMED_DATES = ("%b %d %Y", "%b %d, %Y", "%d %b %Y", "%d-%b-%Y")
_NAMED_CLOCKS = [f"'{date} {clock}'" for date in _NAMED_DATES for clock in ("%H:%M:%S", "%H:%M")]
NAMED_MONTH_TIME = Kind(
    "named_month_time",
    "datetime",
    f"({_MONTH} {_DAY},? [0-9]{{4}}|{_DAY}[ -]{_MONTH}[ -][0-9]{{4}}) {_CLOCK}",
    _parsed(", ".join(_NAMED_CLOCKS), "TIMESTAMP"),
)
# As machines write days. Only where people or a column's name say so: a row of digits may as well be a number.
COMPACT = Kind("compact", "date", "[12][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", _parsed("'%Y%m%d'", "DATE"))
TIME = Kind("time", "time", rf"{_CLOCK}(\.[0-9]+)?", "TRY_CAST({v} AS TIME)")
# Of two digits a year is one between slashes: 10-20-30 is a code.
_SLASHED = f"({_DAY}[/-]{_DAY}[/-][0-9]{{4}}|{_DAY}/{_DAY}/[0-9]{{2}})"
_SLASHED_CLOCK = rf"{_SLASHED} {_CLOCK}( [AP]M)?"


def _slashed(name: str, order: str) -> tuple[Kind, Kind]:
    dates = [order.replace("-", "/").replace("Y", "y"), *(order.replace("-", mark) for mark in "/-")]
    clocks = [f"'{date} {clock}'" for date in dates for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")]
    return (
        Kind(name, "date", _SLASHED, _parsed(", ".join(f"'{date}'" for date in dates), "DATE")),
        Kind(f"{name}_time", "datetime", _SLASHED_CLOCK, _parsed(", ".join(clocks), "TIMESTAMP")),
    )


DAY_FIRST, DAY_FIRST_TIME = _slashed("day_first", "%d-%m-%Y")
MONTH_FIRST, MONTH_FIRST_TIME = _slashed("month_first", "%m-%d-%Y")

# The two readings of 03/04/2026; when the whole column fits both, nobody can tell and it stays text.
RIVALS = {
    DAY_FIRST: MONTH_FIRST,
    MONTH_FIRST: DAY_FIRST,
    DAY_FIRST_TIME: MONTH_FIRST_TIME,
    MONTH_FIRST_TIME: DAY_FIRST_TIME,
}
_OTHERS = [
    DATE, DATETIME, INSTANT, DOTTED_DATE, DOTTED_DATETIME, YEAR_FIRST, NAMED_MONTH, NAMED_MONTH_TIME, TIME,
    DAY_FIRST, MONTH_FIRST, DAY_FIRST_TIME, MONTH_FIRST_TIME,
]  # fmt: skip
_WITH_POINT = [BOOLEAN, INTEGER, POINT, INTEGER_COMMAS, POINT_GROUPED, COMMA, *_OTHERS, LONG]
_WITH_COMMA = [BOOLEAN, INTEGER, INTEGER_DOTS, COMMA, POINT, POINT_GROUPED, *_OTHERS, LONG]

# Written where there is no value; read as empty in columns of numbers, dates and times, kept in columns of text.
NOTHING = frozenset(["NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "-"])


def kinds(decimal_comma: bool) -> list[Kind]:
    """Every kind, the most particular first."""
    return _WITH_COMMA if decimal_comma else _WITH_POINT
