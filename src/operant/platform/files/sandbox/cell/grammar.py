"""Which SQL may run: exactly one SELECT over the tables it was given.

DuckDB parses the text; we read its syntax tree and allow what is on a list, so that what a later DuckDB adds is
refused until somebody has looked at it. The walls of the process (`confine`) hold even if this reading errs.
"""

import difflib
import json

import duckdb

from .complaints import Complaint, bad_query, from_duckdb, place
from .engine import Engine

_MOST_SQL = 100_000
_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree"}
_SHOWN = {"DESCRIBE", "SUMMARY"}
# Functions that tell about the server, wait, write, or read raw memory that a query can forge.
_FUNCTIONS = {
    "current_setting", "getenv", "getvariable", "current_query", "write_log", "parse_duckdb_log_message",
    "sleep_ms", "pg_sleep", "nextval", "currval", "setval", "setseed", "json_serialize_plan", "json_serialize_sql",
    "json_deserialize_sql", "combine", "finalize", "to_aggregate_state", "combine_aggr", "invoke", "stats",
    "vector_type", "index_key", "create_sort_key", "variant_bytes_to_variant", "pg_get_viewdef", "pg_conf_load_time",
    "pg_postmaster_start_time", "inet_client_addr", "inet_client_port", "inet_server_addr", "inet_server_port",
}  # fmt: skip
_NAMES = {"LOAD": "INSTALL or LOAD", "MERGE_INTO": "MERGE", "TRANSACTION": "transaction statement"}
_NOWHERE = 2**64 - 1


def check(engine: Engine, sql: str, tables: list[str], *, binds: bool = False) -> str:
    """
    Return the SQL without what follows its one SELECT; raises the complaint that says why it may not run.

    Placeholders may stand in it where values are bound to them (`binds`).
    """
    if not _is_text(sql):
        raise bad_query("The SQL holds half a character, which is no text.")
    if len(sql.encode()) > _MOST_SQL:
        raise bad_query(f"The SQL is longer than {_MOST_SQL:,} bytes.")
    _one_select(engine, sql)
    _walk(engine, sql, _tree(engine, sql), tables, binds)
    return _body(engine, sql)


def _is_text(sql: str) -> bool:
    try:
        sql.encode()
    except UnicodeEncodeError:
        return False
    return True


def _one_select(engine: Engine, sql: str) -> None:
    try:
        statements = engine.connection.extract_statements(sql)
    except Exception as error:
        raise from_duckdb(error, sql) or error from None
    if not statements:
        raise bad_query("There is no SQL to run yet.")
    if len(statements) > 1:
        raise bad_query(f"Only a single SELECT can run here; these are {len(statements)} statements.")
    kind = statements[0].type.name
    if kind == "MULTI":
        raise bad_query("PIVOT needs its values written out here: PIVOT … ON column IN (value, value).")
    if kind != "SELECT":
        name = _NAMES.get(kind, kind.replace("_", " "))
        raise bad_query(f"Only a single SELECT can run here; this is {_article(name)} {name}.")


def _tree(engine: Engine, sql: str) -> dict:
    (text,) = engine.rows("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", [sql])[0]
    try:
        tree = json.loads(text)
    except RecursionError:
        raise bad_query("The SQL is nested too deeply.") from None
    if tree["error"]:
        raise bad_query("Only a plain SELECT can run here. Write the values of a PIVOT out with IN (…).")
    return tree


def _walk(engine: Engine, sql: str, tree: dict, tables: list[str], binds: bool) -> None:
    nodes = [node for node in _nodes(tree) if not (binds and node.get("type") == "VALUE_PARAMETER")]
    known = {name.lower() for name in tables} | {name.lower() for node in nodes for name in _ctes(node)}
    for node in nodes:
        complaint = _refusal(engine, node, known, tables)
        if complaint:
            raise Complaint("BadQuery", complaint, *_place_of(sql, node))


def _nodes(tree: dict):
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _ctes(node: dict) -> list[str]:
    ctes = node.get("cte_map")
    return [entry["key"] for entry in ctes["map"]] if isinstance(ctes, dict) else []


def _refusal(engine: Engine, node: dict, known: set[str], tables: list[str]) -> str | None:
    kind = node.get("type")
    if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _NODES:
        return "Only reading can run here; this SQL also changes something."
    if kind == "TABLE_FUNCTION" and "function" in node:
        return _table_function(node["function"]["function_name"])
    if kind == "BASE_TABLE":
        return _table(engine, node, known, tables)
    if kind == "SHOW_REF" and node["show_type"] not in _SHOWN:
        return "SHOW cannot run here. DESCRIBE and SUMMARIZE can, with the name of a table."
    if kind == "VALUE_PARAMETER":
        return "Placeholders such as ? and $1 cannot be used here: write :name, and declare it."
    if "function_name" in node:
        return _function(node["function_name"].lower())
    return None


def _table_function(name: str) -> str | None:
    if name.lower() in _TABLE_FUNCTIONS:
        return None
    return f"The function “{name}” cannot be used here. A query reads the tables of its source and nothing else."


def _function(name: str) -> str | None:
    if name in _FUNCTIONS or name.startswith(("__internal", "has_")):
        return f"The function “{name}” cannot be used here."
    return None


def _table(engine: Engine, node: dict, known: set[str], tables: list[str]) -> str | None:
    name = node["table_name"]
    ours = node["schema_name"].lower() in ("", "main") and node["catalog_name"].lower() in ("", "memory")
    if ours and name.lower() in known and name.lower() not in engine.own_views:
        return None
    near = difflib.get_close_matches(name.lower(), [table.lower() for table in tables], 1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return f"There is no table “{name}” here.{hint} There is: {', '.join(tables) or 'none'}."


def _body(engine: Engine, sql: str) -> str:
    """The statement without trailing semicolons and comments, so that it can stand in parentheses."""
    end = len(sql.encode())
    for position, kind in reversed(duckdb.tokenize(sql)):
        rest = sql.encode()[position:end].decode().strip()
        if kind.name != "comment" and rest != ";":
            break
        end = position
    return sql.encode()[:end].decode()


def _place_of(sql: str, node: dict) -> tuple[int | None, int | None]:
    position = node.get("query_location", _NOWHERE)
    return (None, None) if position == _NOWHERE else place(sql, position)


def _article(name: str) -> str:
    return "an" if name[0] in "AEIOU" else "a"
