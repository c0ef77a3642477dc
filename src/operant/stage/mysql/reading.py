"""What can be read in a database: its tables with their columns, and whether its user could do more than read."""

import re
from typing import Any

from ..calls.limits import LONGEST_VERSION, MOST_LISTED_COLUMNS, MOST_TABLES
from . import values
from .session import Session

_TABLES = f"""SELECT table_name, table_rows, table_type FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type <> 'SEQUENCE' ORDER BY table_name LIMIT {MOST_TABLES + 1}"""
_COLUMNS = f"""SELECT table_name, column_name, data_type, column_type FROM information_schema.columns
WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position LIMIT {MOST_LISTED_COLUMNS}"""
_WORDS = "SELECT word FROM information_schema.keywords"
_HAS_WORDS = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'information_schema' AND table_name = 'KEYWORDS'"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What lets nobody change anything, neither in this database nor in the server.
_HARMLESS = {"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR", "EXECUTE"}
_GRANT = re.compile(r"GRANT (.+?) ON .* TO ", re.S)


def tables(session: Session) -> dict[str, Any]:
    """Return what the user may read, what should be warned of, and the SQL that makes a user who can only read."""
    listed = session.rows(_TABLES)
    shown, spelled = listed[:MOST_TABLES], _spelling(session)
    columns = _columns(session)
    found = [
        {"name": spelled(name or ""), "rows": int(rows) if rows else None, "columns": columns[name]}
        for name, rows, _ in shown
        if name in columns
    ]
    told, grants = _of_writing(session)
    _try(session, shown)
    cut = [f"Only the first {len(found)} tables are listed; queries may name the others too."] if len(found) < len(listed) else []
    return {"tables": found, "warnings": cut + told, "grants": grants, "server": session.server[:LONGEST_VERSION]}


def _spelling(session: Session):
    [(known,)] = session.rows(_HAS_WORDS)
    words = {(word or "").lower() for (word,) in session.rows(_WORDS)} if known != "0" else None

    def spelled(name: str) -> str:
        # Without a list of words, each might be one.
        is_plain = words is not None and _PLAIN.fullmatch(name) and name.lower() not in words
        return name if is_plain else quoted(name)

    return spelled


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def _columns(session: Session) -> dict[str | None, list[dict[str, str]]]:
    found: dict[str | None, list[dict[str, str]]] = {}
    for table, name, kind, whole in session.rows(_COLUMNS):
        shape = values.type_named((kind or "").lower(), (whole or "").lower())
        found.setdefault(table, []).append({"name": name or "", "type": shape})
    return found


def _try(session: Session, listed: list[list[str | None]]) -> None:
    for name, _, kind in listed:
        # A view may be broken, or slow, and the rest be well.
        if kind == "BASE TABLE":
            session.rows(f"SELECT 1 FROM {quoted(name or '')} LIMIT 1")
            return


def _of_writing(session: Session) -> tuple[list[str], str]:
    granted = [found[1].split(", ") for (line,) in session.rows("SHOW GRANTS") if (found := _GRANT.match(line or ""))]
    # A privilege on some columns has their names behind it: “UPDATE (price)”.
    more = {each.partition(" (")[0].strip() for line in granted for each in line} - _HARMLESS
    more = {each for each in more if not each.endswith(")")}
    if not more:
        return [], ""
    files = ", and may read files of its server" if more & {"FILE", "ALL PRIVILEGES"} else ""
    warning = (
        f"The user {session.user} may do more than read{files}. Operant asks in a read-only transaction, but functions of a "
        "powerful user can reach past one. A user who can only read is safer."
    )
    return [warning], _grants(session)


def _grants(session: Session) -> str:
    """Return the SQL that an administrator runs to make a user who can only read."""
    [(database,)] = session.rows("SELECT DATABASE()")
    return "\n".join((
        "-- In place of % write the address of the server that Operant runs on.",
        "CREATE USER 'operant_reader'@'%' IDENTIFIED BY 'choose a long one';",
        f"GRANT SELECT, SHOW VIEW ON {quoted(database or '')}.* TO 'operant_reader'@'%';",
    ))  # fmt: skip
