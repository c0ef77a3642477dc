"""What went wrong, in a sentence for the person who asked."""

import difflib
import json
import re

import duckdb

_TOO_BIG = "This needs more memory than it may use. Read fewer columns, aggregate earlier, or add a LIMIT."
_TOO_SLOW = "This took longer than it may."
# In this order: a list of texts is a list, and a moment is no time of day.
_TYPES = (
    ("[]", "a list"), ("STRUCT", "a whole row"), ("MAP", "JSON"), ("JSON", "JSON"), ("VARCHAR", "text"), ("STRING", "text"),
    ("INTERVAL", "a span of time"), ("TIMESTAMP", "a date with a time"), ("DATE", "a date"), ("TIME", "a time"),
    ("BOOL", "yes or no"), ("INT", "a number"), ("DECIMAL", "a number"), ("DOUBLE", "a number"), ("FLOAT", "a number"),
)  # fmt: skip


class Complaint(Exception):
    """A failure with its kind: BadQuery, BadFile, NoSuchSheet, TooBig, TooSlow or Broken; `more` is what that kind has to say."""

    def __init__(self, kind: str, message: str, line: int | None = None, column: int | None = None, **more: list[str]) -> None:
        super().__init__(message)
        self.kind, self.message, self.line, self.column, self.more = kind, message, line, column, more

    def as_dict(self) -> dict:
        return {"kind": self.kind, "message": self.message, "line": self.line, "column": self.column, **self.more}


def bad_file(message: str, line: int | None = None) -> Complaint:
    return Complaint("BadFile", message, line)


def bad_query(message: str, sql: str = "", position: int | None = None) -> Complaint:
    return Complaint("BadQuery", message, *place(sql, position))


def place(sql: str, position: int | None) -> tuple[int | None, int | None]:
    """Line and column, both from 1, of a byte position in the SQL text."""
    if position is None or not 0 <= position <= len(sql.encode()):
        return None, None
    before = sql.encode()[:position].decode(errors="replace")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def from_duckdb(error: Exception, sql: str = "", shift: int = 0) -> Complaint | None:
    """A complaint for an error of DuckDB; `shift` is how many bytes of ours stood before the person's SQL."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return Complaint("TooBig", _TOO_BIG)
    if isinstance(error, duckdb.InterruptException):
        return Complaint("TooSlow", _TOO_SLOW)
    if not isinstance(error, duckdb.Error):
        return None
    details = _details(str(error))
    position = details.get("position")
    return bad_query(_sentence(details), sql, int(position) - shift if position is not None else None)


def _details(text: str) -> dict:
    start = text.find("{")
    try:
        return json.loads(text[start:])
    except ValueError:
        return {"exception_message": text.split("\n\nLINE ")[0]}


def _sentence(details: dict) -> str:
    kind, name = details.get("error_subtype"), details.get("name", "")
    hint = _did_you_mean(name, details.get("candidates", ""))
    if kind == "COLUMN_NOT_FOUND":
        return f"There is no column “{name}” here.{hint}"
    if kind == "MISSING_ENTRY":
        return f"There is no {details.get('type', 'thing').lower()} “{name}”.{hint}"
    message = " ".join(details["exception_message"].split())
    if kind == "SYNTAX_ERROR" and (near := re.search(r'at or near "(.*)"$', message)):
        return f"The SQL cannot be understood at “{near[1]}”."
    if early := re.match(r'Column "(.*?)" referenced that exists in the SELECT clause', message):
        return f"There is no column “{early[1]}” here."
    if given := re.match(r"No function matches the given name and argument types '(.*?)\((.*)\)'\.", message):
        takes = f"does not take {_listed(given[2])}" if given[2] else "needs something between its parentheses"
        return f"“{given[1]}” {takes}."
    # What follows is a list of DuckDB's own functions, cut off in the middle.
    message = re.sub(r"\s*(Possible solutions|Candidate functions):.*", "", message)
    return _ended(message[:1].upper() + message[1:600])


def _listed(types: str) -> str:
    """What a function was given, in words: “text and a date”."""
    # A row is told with all its columns, and a decimal with its places, whose commas are no ends of types.
    plain, within = re.sub(r'"[^"]*"', "", types), 1
    while within:
        plain, within = re.subn(r"\([^()]*\)", "", plain)
    words = [next((word for mark, word in _TYPES if mark in each), each.strip().lower()) for each in plain.split(",")]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _did_you_mean(name: str, candidates: str) -> str:
    known = [each.split(".")[-1].strip('" ') for each in candidates.split(",") if each.strip()]
    # The engine names whatever there is, however little it looks like it.
    names = [each for each in known if difflib.get_close_matches(name.lower(), [each.lower()])][:3]
    return f" Did you mean {' or '.join(f'“{name}”' for name in names)}?" if names else ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."
