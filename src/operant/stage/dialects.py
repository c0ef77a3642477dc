"""How each kind of source spells names and months, for the queries that are written for people."""

import re
from dataclasses import dataclass

from .naming import RESERVED

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Dialect:
    """
    One way to write SQL. `day`, `month` and `year` give the first day of a moment's day, month and year, and `words` the text of
    a value that we call text, which a database may know as a type of its own.

    Where `reserved` is None each word might be one, and every name is quoted. One that `escapes` reads a backslash in a text
    as the beginning of something else.
    """

    quote: str = '"'
    month: str = "date_trunc('month', {})::date"
    day: str = "({})::date"
    year: str = "date_trunc('year', {})::date"
    words: str = "{}::text"
    reserved: frozenset[str] | None = RESERVED
    escapes: bool = False

    def name(self, name: str) -> str:
        """Return a name as this dialect takes it."""
        if self.reserved is not None and _PLAIN.fullmatch(name) and name not in self.reserved:
            return name
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def text(self, text: str) -> str:
        """Return a text as this dialect takes it."""
        plain = text.replace("\\", "\\\\") if self.escapes else text
        return "'" + plain.replace("'", "''") + "'"


_STANDARD = Dialect()
_DIALECTS = {
    "mysql": Dialect(
        "`", "cast(date_format({}, '%Y-%m-01') as date)", "cast({} as date)", "cast(date_format({}, '%Y-01-01') as date)",
        "cast({} as char)", None, escapes=True,
    ),
    "sqlite": Dialect('"', "date({}, 'start of month')", "date({})", "date({}, 'start of year')", "{}", None),
}


def of(kind: str) -> Dialect:
    """Return how a source of a kind is asked."""
    return _DIALECTS.get(kind, _STANDARD)
