"""Parameters: from what people write to placeholders, and from there to the engines, which get values and never text."""

import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.platform.files.sandbox import BadQuery
from operant.platform.refusals import Invalid
from operant.stage import actions, binding, document, engine, queries
from operant.stage.binding import DUCKDB, MYSQL, POSTGRES, SQLITE, Value
from operant.testing import stage as things
from operant.testing.queue import run_jobs

NASTY = "'; DROP TABLE orders; --\" \\ $1 :day %s ?"
GIVEN = [
    {"name": "region", "type": "text", "value": NASTY}, {"name": "day", "type": "date", "value": "2026-02-01"},
    {"name": "limit", "type": "number", "value": 5}, {"name": "share", "type": "number", "value": 1.25},
    {"name": "is_open", "type": "boolean", "value": True}, {"name": "ids", "type": "list", "value": [1, 2.5]},
    {"name": "none", "type": "list", "value": []}, {"name": "nothing", "type": "date", "value": None},
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected", "values"),
    [
        ("select :limit + :limit, :share", "select $1 + $1, $2", [("integer", "5"), ("decimal", "1.25")]),
        ("x in (:ids) or y in (:none)", "x in ($1, $2) or y in (NULL)", [("integer", "1"), ("decimal", "2.5")]),
        ("a = :region and b = :nothing", "a = $1 and b = $2", [("text", NASTY), ("date", None)]),
        ("(:ids IS\n not  null or x in (:ids)) and :none is null", "($1 IS\n not  null or x in ($1, $2)) and NULL is null",
         [("integer", "1"), ("decimal", "2.5")]),
        (":is_open::int, x::day, a[1:2], t.x:unknown", "$1::int, x::day, a[1:2], t.x:unknown", [("boolean", "true")]),
        ("':day' \":day\" e'\\':day' $q$:day$q$ -- :day\n/* :day /* */ :day */ 'it''s :day'", None, []),
        (":dayx :day_2 :Day", None, []), ("':day", None, []), ("/* :day", None, []),
    ],
)  # fmt: skip
def test_parameters_are_found_where_they_count(sql, expected, values):
    for dialect in (DUCKDB, POSTGRES):
        found = binding.bound(sql, GIVEN, dialect)
        assert (found.sql, list(found.values)) == (expected or sql, [Value(*each) for each in values])


def test_a_list_that_is_only_asked_whether_it_is_there_binds_one_value():
    for dialect, mark in ((DUCKDB, "$"), (POSTGRES, "$"), (SQLITE, "?")):
        one = binding.bound("select :ids is null or :ids is not null", GIVEN, dialect)
        assert (one.sql, [text for _, text in one.values]) == (f"select {mark}1 is null or {mark}1 is not null", ["1"])
        more = binding.bound(":ids is null or x = :limit or x in (:ids) or :ids is null", GIVEN, dialect)
        assert (more.sql, [text for _, text in more.values]) == (
            f"{mark}1 is null or x = {mark}2 or x in ({mark}1, {mark}3) or {mark}1 is null", ["1", "5", "2.5"],
        )  # fmt: skip


def test_an_engine_can_want_a_value_for_each_placeholder():
    found = binding.bound("select :limit, :ids, :limit /* /* */ where :limit", GIVEN, MYSQL)
    assert found.sql == "select ?, ?, ?, ? /* /* */ where ?"
    assert [text for _, text in found.values] == ["5", "1", "2.5", "5", "5"]
    asked = binding.bound("select :ids is null or x in (:ids)", GIVEN, MYSQL)
    assert (asked.sql, [text for _, text in asked.values]) == ("select ? is null or x in (?, ?)", ["1", "1", "2.5"])


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        (MYSQL, "'\\' :day' \":day\" `:day` # :day\n-- :day\n @x := :limit, a--:limit", " @x := ?, a--?"),
        (SQLITE, "'\\' || ':day' \":day\" `:day` [:day] -- :day\n x = :limit or :limit", " x = ?1 or ?1"),
    ],
)  # fmt: skip
def test_each_engine_has_its_own_strings_and_comments(dialect, sql, expected):
    head, _, _ = sql.rpartition("\n")
    assert binding.bound(sql, GIVEN, dialect).sql == f"{head}\n{expected}"


def test_errors_point_into_what_people_wrote():
    written = "select :ids,\n  :region || :limit, wrong"
    found = binding.bound(written, GIVEN, DUCKDB)
    at = found.sql.index("wrong") - found.sql.index("\n")
    error = found.placed(BadQuery("No.", 2, at))
    assert written.splitlines()[1][(error.column or 0) - 1 :] == "wrong"
    assert (found.placed(BadQuery("No.", 1, 12)).line, found.placed(BadQuery("No.", 1, 12)).column) == (1, 8)


@given(st.text(alphabet=" :dayx'\"-/*$e\\\n[]1", max_size=40))
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_kept_but_for_the_parameters(sql):
    try:
        found = binding.bound(sql, GIVEN, POSTGRES)
    except BadQuery as refused:
        assert re.search(r"\$\d", sql), refused
        return
    back, last = "", 0
    for begin, end, wrote_from, wrote_to in found.spots:
        back += found.sql[last:begin] + sql[wrote_from:wrote_to]
        last = end
        assert (sql[wrote_from:wrote_to], found.sql[begin:end]) == (":day", "$1")
    assert back + found.sql[last:] == sql


def test_placeholders_of_the_engine_and_endless_lists_are_refused():
    with pytest.raises(BadQuery, match="Name parameters like :name") as error:
        binding.bound("select :limit,\n $1", GIVEN, POSTGRES)
    assert (error.value.line, error.value.column) == (2, 2)
    many = [{"name": "x", "type": "list", "value": list(range(100))}]
    with pytest.raises(BadQuery, match="too long"):
        binding.bound("select " + ", ".join([":x"] * 4_000), many, DUCKDB)


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ({"type": "text", "value": 5}, "This must be text."), ({"type": "number", "value": "5"}, "This must be a number."),
        ({"type": "number", "value": True}, "This must be a number."), ({"type": "number", "value": float("inf")}, "a number"),
        ({"type": "number", "value": 1e300}, "This must be at most"), ({"type": "boolean", "value": "yes"}, "true or false"),
        ({"type": "date", "value": "2026-02-30"}, "must be a date like 2026-01-31"),
        ({"type": "date", "value": "20260201"}, "must be a date"),
        ({"type": "list", "value": ["a", 1]}, "only texts or only numbers"),
        ({"type": "list", "value": ["a"] * 101}, "more than 100"), ({"type": "text", "value": "x" * 1001}, "longer than 1000"),
        ({"type": "colour", "value": 1}, "There is no parameter of the kind colour"),
        ({"type": "text", "value": "x", "name": "no name"}, "not written the way it must be"),
        ({"type": "text", "value": "a\0b"}, "cannot be stored"), ({"type": "list", "value": None}, "must be a list"),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused_with_their_place(parameter, sentence):
    raw = things.text_document()
    query = {"id": "q1", "name": "", "source": "", "sql": "", "refresh_seconds": 60}
    raw["queries"] = [{**query, "parameters": [{"name": "day", **parameter}]}]
    with pytest.raises(document.InvalidDocument) as error:
        document.parse(raw)
    [field] = error.value.details["fields"]
    part = "name" if "name" in parameter else "value"
    path = "queries.0.parameters.0" + ("" if parameter["type"] == "colour" else f".{part}")
    assert (field["path"], sentence in field["message"]) == (path, True), field
    with pytest.raises(Invalid, match=re.escape(sentence)):
        document.parse_parameters(raw["queries"][0]["parameters"])


def test_two_parameters_of_one_name_are_refused():
    twice = [{"name": "day", "type": "text", "value": "1"}, {"name": "day", "type": "number", "value": 1}]
    with pytest.raises(Invalid, match="two parameters called day"):
        document.parse_parameters(twice)


ASKED = (
    "select :region as words, :day as day, :limit as whole, :share as broken, :is_open as yes, :nothing is null as none, "
    "2 in (:ids) as found, 2 in (:none) as lost, :ids is null or 1 in (:ids) as chosen, :none is null or 1 in (:none) as every"
)
THERE = "select :ids is null as gone, :ids is not null as there"
ANSWER = [NASTY, "2026-02-01", 5, "1.25", True, True, False, None, True, True]


def test_files_get_values_and_no_text(cast, orders):
    with cast.at_harbour():
        place = queries.place(orders)
    assert engine.ask(place, ASKED, engine.PREVIEW, GIVEN).rows == [ANSWER]
    assert engine.ask(place, THERE, engine.PREVIEW, GIVEN).rows == [[0, 1]]
    north = [{"name": "region", "type": "text", "value": "North"}, {"name": "day", "type": "date", "value": "2026-02-01"}]
    sql = f"select revenue from {orders.table_name} where region = :region and month >= :day"
    assert engine.ask(place, sql, engine.PREVIEW, north).rows == [[20]]
    with pytest.raises(BadQuery) as error:
        engine.ask(place, "select :day,\n :region, wrong", engine.PREVIEW, GIVEN)
    assert (error.value.line, error.value.column) == (2, 11)
    with pytest.raises(BadQuery, match="Placeholders such as"):
        engine.ask(place, "select $1", engine.PREVIEW)
    with pytest.raises(BadQuery, match="There is no parameter :wrong. Declare it") as error:
        engine.ask(place, "select :day,\n :wrong", engine.PREVIEW, GIVEN)
    assert (error.value.line, error.value.column) == (2, 2)


def test_databases_get_values_and_no_text(shop):
    assert engine.ask(shop, ASKED, engine.PREVIEW, GIVEN).rows == [ANSWER]
    assert engine.ask(shop, THERE, engine.PREVIEW, GIVEN).rows == [[0, 1]]
    sql = "select count(*) as n from pgbench_accounts where aid in (:ids) or aid <= :limit limit :limit"
    assert engine.ask(shop, sql, engine.PREVIEW, GIVEN).rows == [[5]]
    with pytest.raises(BadQuery) as error:
        engine.ask(shop, "select :region,\n :ids, wrong", engine.PREVIEW, GIVEN)
    assert (error.value.line, error.value.column) == (2, 8)
    with pytest.raises(BadQuery, match="There is no parameter :wrong"):
        engine.ask(shop, "select :wrong", engine.PREVIEW)


def test_a_mysql_gets_values_and_no_text(mart):
    assert engine.ask(mart, THERE, engine.PREVIEW, GIVEN).rows == [[0, 1]]
    assert engine.ask(mart, ASKED, engine.PREVIEW, GIVEN).rows == [[*ANSWER[:3], f"1.25{'0' * 28}", 1, 1, 0, None, 1, 1]]
    sql = "select count(*) as n from orders where region = :region and id <= :limit and id in (:ids)"
    north = [{"name": "region", "type": "text", "value": "North"}, *GIVEN[2:3], {**GIVEN[5], "value": [1, 2, 3, 4, 5, 6]}]
    counted = engine.ask(mart, "select count(*) from orders where region = 'North' and id <= 5", engine.PREVIEW)
    assert engine.ask(mart, sql, engine.PREVIEW, north).rows == counted.rows != [[0]]
    with pytest.raises(BadQuery, match="There is no parameter :wrong"):
        engine.ask(mart, "select :day,\n :wrong", engine.PREVIEW, GIVEN)
    with pytest.raises(BadQuery, match="Placeholders such as"):
        engine.ask(mart, "select ?", engine.PREVIEW)


def test_a_file_of_sqlite_gets_values_and_no_text(tmp_path):
    sqlite3.connect(tmp_path / "shop.db").executescript("create table t (n int); insert into t values (1), (5), (6);")
    place = engine.DatabaseFile(tmp_path / "shop.db")
    assert engine.ask(place, THERE, engine.PREVIEW, GIVEN).rows == [[0, 1]]
    assert engine.ask(place, ASKED, engine.PREVIEW, GIVEN).rows == [[*ANSWER[:3], 1.25, 1, 1, 0, None, 1, 1]]
    assert engine.ask(place, "select n from t where n <= :limit and n in (:ids, 5)", engine.PREVIEW, GIVEN).rows == [[1], [5]]
    for wrong, sentence in (("select :wrong, :day", "There is no parameter :wrong"), ("select ?", "Name parameters like")):
        with pytest.raises(BadQuery, match=sentence):
            engine.ask(place, wrong, engine.PREVIEW, GIVEN)


def test_one_run_for_one_query_with_one_set_of_values(cast, orders):
    sql = f"select sum(revenue) as revenue from {orders.table_name} where region = :region"
    north, south = ([{"name": "region", "type": "text", "value": each}] for each in ("North", "South"))
    unused = {"name": "unused", "type": "number", "value": 1}
    content = things.document(orders, sql)
    [query] = content["queries"]
    content["queries"] = [
        {**query, "parameters": north}, {**query, "id": "q2", "parameters": [*north, unused]},
        {**query, "id": "q3", "parameters": south},
    ]  # fmt: skip
    with cast.at_harbour(cast.ben):
        keys = actions.watch(document=document.parse(content).as_sent())
    run_jobs()
    with cast.at_harbour():
        rows = {query_id: queries.results([key])[0]["rows"] for query_id, key in keys.items()}
        assert (rows, len(set(keys.values()))) == ({"q1": [[30]], "q2": [[30]], "q3": [[30]]}, 2)
        assert queries.key(orders.pk, sql) != queries.key(orders.pk, sql, north) != queries.key(orders.pk, sql, south)
