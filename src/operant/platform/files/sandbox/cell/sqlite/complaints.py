"""What SQLite says, in sentences for the person who asked."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ..complaints import Complaint, bad_file, bad_query

ONLY_SELECT = "Only a SELECT over the tables of this file can be asked."
_DAMAGED = "The database file is damaged, or it is none. Make a new copy of it (.backup, or VACUUM INTO) and upload that."
_BROKEN = re.compile(r"not a database|malformed|is encrypted|unsupported file format")
_NOT_READING = re.compile(r"not authorized|uthorization denied|prohibited|readonly|attached databases")
_NEAR = re.compile(r'near "(.*)": syntax error', re.S)
_MISSING = re.compile(r"no such (table|column|function): (.+)", re.S)


@contextmanager
def understood(sql: str = "") -> Iterator[None]:
    """Raise what SQLite says inside the block as a complaint about this text."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _complaint(error, sql) from None
    except ValueError as error:
        raise bad_query("The SQL holds a character that no SQL has.") from error


def _complaint(error: Exception, sql: str) -> Complaint:
    text = str(error)
    if text == "interrupted":
        return Complaint("TooSlow", "This took longer than it may.")
    if "too big" in text or "disk" in text and "malformed" not in text:
        return Complaint("TooBig", "This needs more memory or disk than it may use.")
    if _BROKEN.search(text):
        return bad_file(_DAMAGED)
    if "one statement" in text:
        return bad_query("Only one SELECT can be asked at a time: nothing before it, and nothing after it.")
    if _NOT_READING.search(text):
        return bad_query(ONLY_SELECT)
    if near := _NEAR.fullmatch(text):
        return _at(near[1], f"The SQL cannot be understood at “{near[1]}”.", sql)
    if missing := _MISSING.fullmatch(text):
        return _at(missing[2].rpartition(".")[2], f"There is no {missing[1]} “{missing[2]}” here.", sql)
    if "SQL variables" in text or "variable number" in text:
        return bad_query("Placeholders such as ? cannot be used here: write :name, and declare it.")
    if text == "incomplete input":
        return bad_query("The SQL ends too early.")
    return bad_query(text[:1].upper() + text[1:600].rstrip(".") + ".")


def _at(word: str, sentence: str, sql: str) -> Complaint:
    places = [each.start() for each in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", sql, re.I)]
    # SQLite tells Python no place: it is shown where it can be nothing else.
    return bad_query(sentence, sql, len(sql[: places[0]].encode()) if len(places) == 1 else None)
