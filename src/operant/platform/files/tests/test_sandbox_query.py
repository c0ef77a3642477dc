import pytest

from operant.platform.files import sandbox

_ALL_TYPES = """
    SELECT 9007199254740992 AS safe, 9007199254740993 AS beyond, 1::HUGEINT AS huge, 1.50::DECIMAL(10, 2) AS exact,
           'nan'::DOUBLE AS nan, '-inf'::DOUBLE AS infinite, true AS yes, DATE '2026-02-03' AS day,
           TIMESTAMP '2026-02-03 04:05:06.5' AS local, TIMESTAMPTZ '2026-02-03 04:05:06+02' AS instant,
           TIME '04:05:06' AS clock, INTERVAL 36 HOUR AS span, [1, NULL] AS list,
           {'a': 'inf'::DOUBLE, 'b': 9007199254740993} AS nested, '{"x": [1]}'::JSON AS document,
           '\\xAB\\xCD'::BLOB AS bytes, NULL AS nothing, 'x'::ENUM ('x') AS choice
"""


def test_every_type_travels_as_the_wire_has_it(ask):
    result = ask(_ALL_TYPES)
    assert [(column["name"], column["type"]) for column in result.columns] == [
        ("safe", "integer"), ("beyond", "integer"), ("huge", "integer"), ("exact", "decimal"),
        ("nan", "float"), ("infinite", "float"), ("yes", "boolean"), ("day", "date"),
        ("local", "datetime"), ("instant", "datetime"),
        ("clock", "time"), ("span", "text"), ("list", "json"),
        ("nested", "json"), ("document", "json"),
        ("bytes", "text"), ("nothing", "text"), ("choice", "text"),
    ]  # fmt: skip
    assert result.rows == [
        [
            9007199254740992, "9007199254740993", 1, "1.50",
            None, None, True, "2026-02-03",
            "2026-02-03T04:05:06.5", "2026-02-03T02:05:06Z",
            "04:05:06", "36:00:00", [1, None],
            {"a": None, "b": "9007199254740993"}, {"x": [1]},
            "abcd", None, "x",
        ]
    ]  # fmt: skip


def test_values_without_a_form_on_the_wire_are_empty(ask):
    rows = ask("SELECT DATE 'infinity', TIMESTAMP '-infinity', TIMESTAMPTZ 'infinity', '{\"a\": 1e999}'::JSON").rows
    assert rows == [[None, None, None, {"a": None}]]


def test_a_query_reads_its_table(ask):
    result = ask("SELECT city, sum(amount) AS amount FROM sales GROUP BY city ORDER BY city")
    assert result.rows == [["Berlin", 22275.0], ["Leeds", 22425.0], ["Oslo", 22575.0]]
    assert result.columns == [{"name": "city", "type": "text"}, {"name": "amount", "type": "float"}]
    assert result.truncated is False


def test_two_tables_join_under_any_name(sales):
    result = sandbox.query({"a b": sales, "b": sales}, 'SELECT count(*) AS n FROM "a b" JOIN b USING (id)')
    assert result.rows == [[300]]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("FROM sales SELECT count(*)", [[300]]),
        ("VALUES (1), (2)", [[1], [2]]),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", [[1]]),
        ("(SELECT 2) UNION ALL (SELECT 1) ORDER BY 1", [[1], [2]]),
        ("TABLE sales LIMIT 0", []),
        ("SELECT 1; -- done; really\n;", [[1]]),
        ("/* ; */ SELECT ';' ;", [[";"]]),
        ("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n", [[1], [2], [3]]),
        ("SELECT id FROM Sales ORDER BY id DESC LIMIT 1", [[299]]),
        ("SELECT i FROM range(2) t(i)", [[0], [1]]),
        ("PIVOT (SELECT city, id % 2 AS odd FROM sales) ON odd IN (0, 1) USING count(*) ORDER BY city LIMIT 1",
         [["Berlin", 50, 50]]),
    ],
)  # fmt: skip
def test_every_form_of_a_single_select_runs(ask, sql, rows):
    assert ask(sql).rows == rows


def test_equal_column_names_are_told_apart(ask):
    assert [column["name"] for column in ask("SELECT 1 AS a, 2 AS a, 3 AS a").columns] == ["a", "a_2", "a_3"]


def test_rows_are_cut_at_the_limit_and_keep_their_order(ask):
    result = ask("SELECT range AS i FROM range(10_000_000) ORDER BY i DESC", rows=3)
    assert result.rows == [[9_999_999], [9_999_998], [9_999_997]]
    assert result.truncated is True


def test_exactly_the_limit_is_not_cut(ask):
    assert ask("FROM range(3)", rows=3).truncated is False


def test_the_answer_is_cut_at_its_bytes(ask):
    result = ask("SELECT repeat('x', 1000) AS x FROM range(1000)", bytes=10_000)
    assert (len(result.rows), result.truncated) == (9, True)


@pytest.mark.parametrize(
    ("sql", "message", "place"),
    [
        ("SELECT cty FROM sales", "There is no column “cty” here. Did you mean “city”?", (1, 8)),
        ("SELECT *\nFROM sale", "There is no table “sale” here. Did you mean “sales”? There is: sales.", (2, 6)),
        ("SELECT 'ä', cty FROM sales", "There is no column “cty” here. Did you mean “city”?", (1, 13)),
        ("SELECT sums(id) FROM sales", "There is no scalar function “sums”. Did you mean “sum”?", (1, 8)),
        ("SELECT id - INTERVAL 1 DAY FROM sales", "“-” does not take a number and a span of time.", (1, 11)),
        ("SELECT avg(sales) FROM sales", "“avg” does not take a whole row.", (1, 8)),
        ("SELECT sum() FROM sales", "“sum” needs something between its parentheses.", (1, 8)),
        ("SELECT ltrim(1.5::DECIMAL(18,2), city, {'a(': 2.5::DECIMAL(4,1), 'b': [1]}, [2.5::DECIMAL(4,1)]) FROM sales",
         "“ltrim” does not take a number, text, a whole row and a list.", (1, 8)),
        ("SELECT sum(budget) AS budget FROM sales", "There is no column “budget” here.", (None, None)),
        ("SELECT zzz FROM sales", "There is no column “zzz” here.", (1, 8)),
        ("SELEC 1", "The SQL cannot be understood at “SELEC”.", (1, 1)),
        ("SELECT 'abc", "Unterminated string literal.", (1, 8)),
        ("SELECT city::INTEGER FROM sales",
         "Could not convert string 'Berlin' to INT32 when casting from source column city.", (1, 12)),
        ("", "There is no SQL to run yet.", (None, None)),
        ("-- nothing", "There is no SQL to run yet.", (None, None)),
        ("SELECT " + "x" * 100_000, "The SQL is longer than 100,000 bytes.", (None, None)),
        ("SELECT '\ud800'", "The SQL holds half a character, which is no text.", (None, None)),
        ("SELECT ?", "Placeholders such as ? and $1 cannot be used here: write :name, and declare it.", (1, 8)),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(ask, sql, message, place):
    with pytest.raises(sandbox.BadQuery) as caught:
        ask(sql)
    assert (caught.value.sentence, (caught.value.line, caught.value.column)) == (message, place)


def test_deep_nesting_is_refused(ask):
    with pytest.raises((sandbox.BadQuery, sandbox.TooBig)):
        ask("SELECT " + "(" * 5000 + "1" + ")" * 5000)
