"""
From SQL with parameters to SQL with placeholders and the values to bind to them. Pure: no value ever becomes SQL.

People write `:name` in every kind of source. It counts outside of strings, quoted names and comments, and only for
names that are declared; each engine says here how it writes strings and placeholders.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from operant.platform.files.sandbox import BadQuery

LONGEST_BOUND = 100_000
_UNKNOWN = "There is no parameter :{}. Declare it, with its type and value."
_NOT_OURS = "Name parameters like :name; what is written here cannot be used beside them."
Given = Sequence[dict[str, Any]]


class Value(NamedTuple):
    """One value on its way: `kind` is text, integer, decimal, date or boolean, and `text` how it is written; None is NULL."""

    kind: str
    text: str | None


@dataclass(frozen=True)
class Dialect:
    """
    How an engine writes things.

    `tokens` match what is one piece and holds no parameter, `mark` writes the placeholder of the value with this number,
    and where `once` a placeholder stands for one occurrence, so a value is bound again for each. `own` are placeholders
    of the engine itself, which nobody may write.
    """

    tokens: re.Pattern[str]
    mark: Callable[[int], str]
    once: bool = False
    own: re.Pattern[str] | None = None
    nests: bool = True


@dataclass(frozen=True)
class Bound:
    """SQL with placeholders, the values for them in order, and where each stands: here and in what people wrote."""

    sql: str
    values: tuple[Value, ...]
    written: str
    spots: tuple[tuple[int, int, int, int], ...] = ()

    def placed(self, error: BadQuery) -> BadQuery:
        """Return an error about this SQL as one about what people wrote."""
        if error.line is None or error.column is None:
            return error
        at = self._original(_offset(self.sql, error.line, error.column))
        unknown = _NAMED.match(self.written, at)
        message = _UNKNOWN.format(unknown[1]) if unknown else error.message
        return BadQuery(message, *place(self.written, at))

    def _original(self, at: int) -> int:
        shift = 0
        for begin, end, wrote_from, wrote_to in self.spots:
            if at < begin:
                break
            if at < end:
                return wrote_from
            shift = wrote_to - end
        return min(at + shift, len(self.written))


_STANDARD = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*'? | '(?:[^']|'')*'? | "(?:[^"]|"")*"? | --[^\n]* | \$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z)
    | :: | [A-Za-z_\x80-\U0010ffff][\w$]* | \d[\w.]*""",
    re.VERBOSE | re.DOTALL,
)
_SQLITE = re.compile(
    r"""'(?:[^']|'')*'? | "(?:[^"]|"")*"? | `(?:[^`]|``)*`? | \[[^\]]*\]? | --[^\n]* | [A-Za-z_\x80-\U0010ffff][\w$]* | \d[\w.]*""",
    re.VERBOSE,
)
_MYSQL = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'? | "(?:[^"\\]|\\.|"")*"? | `(?:[^`]|``)*`? | \#[^\n]* | --(?=\s|\Z)[^\n]*
    | [A-Za-z_$\x80-\U0010ffff][\w$]* | \d[\w.]*""",
    re.VERBOSE | re.DOTALL,
)
POSTGRES = Dialect(_STANDARD, lambda number: f"${number}", own=re.compile(r"\$\d+"))
DUCKDB = Dialect(_STANDARD, lambda number: f"${number}", own=re.compile(r"\$\w+|\?"))
SQLITE = Dialect(_SQLITE, lambda number: f"?{number}", own=re.compile(r"\?\d*|[@$#:]\w+"), nests=False)
MYSQL = Dialect(_MYSQL, lambda number: "?", once=True, own=re.compile(r"\?"), nests=False)
_NAMED = re.compile(r":([a-z_][a-z0-9_]*)")
_NULLNESS = re.compile(r"\s+is\s+(?:not\s+)?null\b", re.IGNORECASE)
_OPENED = re.compile(r"/\*|\*/")


def bound(sql: str, given: Given, dialect: Dialect) -> Bound:
    """
    Return SQL with placeholders in place of the parameters that are declared, and the values in their order.

    :raises BadQuery: when it has a placeholder of the engine's own beside them, or becomes too long.
    """
    if not given:
        return Bound(sql, (), sql)
    maker = _Maker({each["name"]: _values(each) for each in given}, dialect)
    parts, spots, size, last = [], [], 0, 0
    for begin, end, name in _found(sql, dialect, maker.known):
        marks = maker.first(name) if _NULLNESS.match(sql, end) else maker.marks(name)
        parts += [sql[last:begin], marks]
        size += begin - last
        spots.append((size, size + len(marks), begin, end))
        size, last = size + len(marks), end
        if size > LONGEST_BOUND:
            raise BadQuery("With all the values of its lists this query becomes too long. Name them less often.")
    return Bound("".join([*parts, sql[last:]]), tuple(maker.values), sql, tuple(spots))


def used(sql: str, given: Given) -> list[dict[str, Any]]:
    """Return the parameters that a text may name, by name: those that make its answer another one."""
    named = set(_NAMED.findall(sql))
    return sorted((each for each in given if each["name"] in named), key=lambda each: each["name"])


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a place in a text."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


class _Maker:
    def __init__(self, known: dict[str, list[Value]], dialect: Dialect) -> None:
        self.known, self.values = known, list[Value]()
        self._dialect, self._marks, self._firsts = dialect, dict[str, str](), dict[str, int]()

    def marks(self, name: str) -> str:
        if name not in self._marks or self._dialect.once:
            # Its first value stands there already where it was asked whether it is NULL.
            asked = [self._firsts[name]] if name in self._firsts and not self._dialect.once else []
            first = len(self.values) + 1
            self.values += self.known[name][len(asked) :]
            numbers = [*asked, *range(first, len(self.values) + 1)]
            # Of an empty list nothing is left to bind: what is compared with NULL is not found.
            self._marks[name] = ", ".join(map(self._dialect.mark, numbers)) or "NULL"
        return self._marks[name]

    def first(self, name: str) -> str:
        # Whether a list is NULL is asked of its first value: there is none in an empty one.
        if not self.known[name] or (name in self._marks and not self._dialect.once):
            return self.marks(name).split(", ", 1)[0]
        if name not in self._firsts or self._dialect.once:
            self.values.append(self.known[name][0])
            self._firsts[name] = len(self.values)
        return self._dialect.mark(self._firsts[name])


def _found(sql: str, dialect: Dialect, known: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(sql):
        if sql.startswith("/*", at):
            at = _after_comment(sql, at, dialect.nests)
        elif piece := dialect.tokens.match(sql, at):
            at = max(piece.end(), at + 1)
        elif (named := _NAMED.match(sql, at)) and named[1] in known:
            yield at, named.end(), named[1]
            at = named.end()
        elif dialect.own and dialect.own.match(sql, at):
            said = _UNKNOWN.format(named[1]) if named else _NOT_OURS
            raise BadQuery(said, *place(sql, at))
        else:
            at += 1


def _after_comment(sql: str, at: int, nests: bool) -> int:
    depth = 0
    for sign in _OPENED.finditer(sql, at):
        if sign[0] == "/*":
            depth = depth + 1 if nests else 1
        else:
            depth -= 1
        if not depth:
            return sign.end()
    return len(sql)


def _values(parameter: dict[str, Any]) -> list[Value]:
    value = parameter["value"]
    if parameter["type"] == "list":
        return [_value("number" if not isinstance(each, str) else "text", each) for each in value]
    return [_value(parameter["type"], value)]


def _value(type: str, value: Any) -> Value:
    if type == "number":
        return Value("integer" if isinstance(value, int) else "decimal", None if value is None else str(value))
    if type == "boolean":
        return Value(type, None if value is None else "true" if value else "false")
    return Value(type, value)


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1
