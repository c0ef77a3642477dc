"""Extracts: that rows come as the database has them, whatever their types and however many."""

from decimal import Decimal

import pytest

from operant.platform.files import sandbox
from operant.stage import actions, engine, queries
from operant.stage.schedules import Schedule
from operant.testing import pgbench
from operant.testing.queue import claim, run_jobs
from operant.testing.sampled import WHOLE

MANY = 200_000 if WHOLE else 20_000
TYPES = """
select n::bigint as id, -n::smallint as small, 9223372036854775807::bigint - n as large,
       (n * 1.05)::numeric(12, 2) as price, 0.1234567890123456789012345678::numeric as fine, n / 3.0::float8 as ratio,
       n % 2 = 0 as even, date '2026-03-28' + n as day, timestamp '2026-03-29 02:30:00.123456' as local,
       timestamptz '2026-03-29 02:30:00.5+02' as instant, time '23:59:59.25' as clock, 'Zoë "' || n || E'" \\\\ \\n' as words,
       jsonb_build_object('n', n, 'list', array[1, null]) as nested, null::numeric(8, 3) as nothing, '' as empty,
       case when n > 1 then 'a' end as some, gen_random_uuid() is null as never
from generate_series(1, 3) n
"""



MYSQL = """
select seq as id, cast(seq * 1.05 as decimal(12, 2)) as price, cast(18446744073709551615 as unsigned) - seq as large,
       seq / 3e0 as ratio, date '2026-03-28' + interval seq day as day, timestamp '2026-03-29 02:30:00.123456' as local,
       sec_to_time(seq * 400000) as duration, time '12:30:00' as clock, concat('Zoë "', seq, '" \\\\ ', char(10)) as words,
       if(seq > 1, 'a', null) as some, cast(null as decimal(8, 3)) as nothing, '' as empty
from seq_1_to_3
"""


def read(cast, origin, sql, name):
    with cast.at_harbour(cast.ben):
        schedule = Schedule(every_minutes=60)
        made = actions.make_extract(name=name, origin=origin, sql=sql, schedule=schedule, by=cast.ben)
    assert (claim("extract"), run_jobs()) == (1, ["stage.extract"])
    with cast.at_harbour():
        return queries.source(made.pk)


def asked(cast, source, sql):
    with cast.at_harbour():
        place = queries.place(queries.source(source.pk))
    return engine.ask(place, sql, sandbox.Limits(rows=300_000, bytes=100_000_000, seconds=60))


def types(cast, source):
    [kept] = asked(cast, source, f"select typeof(columns(*)) from {source.table_name} limit 1").rows
    return dict(zip([each["name"] for each in source.columns], kept, strict=True))


@pytest.fixture
def market(cast, mart):
    """Harbour's data source “Market”, a MariaDB that was tested."""
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Market", place=mart, by=cast.ben)
    run_jobs()
    with cast.at_harbour():
        return queries.source(made.pk)


def test_types_and_values_come_as_postgresql_has_them(cast, till):
    source = read(cast, till, TYPES, "types")
    assert (source.state, source.error) == ("ready", "")
    assert types(cast, source) == {
        "id": "BIGINT", "small": "BIGINT", "large": "BIGINT", "price": "DECIMAL(18,2)", "fine": "DECIMAL(38,28)",
        "ratio": "DOUBLE", "even": "BOOLEAN", "day": "DATE", "local": "TIMESTAMP", "instant": "TIMESTAMP WITH TIME ZONE",
        "clock": "TIME", "words": "VARCHAR", "nested": "JSON", "nothing": "DECIMAL(28,6)", "empty": "VARCHAR",
        "some": "VARCHAR", "never": "BOOLEAN",
    }  # fmt: skip
    here, there = asked(cast, source, "select * from types order by id"), asked(cast, till, TYPES)
    assert (here.columns, here.rows) == (there.columns, there.rows)
    assert here.rows[1][:6] == [2, -2, "9223372036854775805", "2.10", "0.1234567890123456789012345678", 2 / 3]


def test_types_and_values_come_as_mariadb_has_them(cast, market):
    source = read(cast, market, MYSQL, "types")
    assert (source.state, source.error) == ("ready", "")
    assert types(cast, source) == {
        "id": "BIGINT", "price": "DECIMAL(18,2)", "large": "UBIGINT", "ratio": "DOUBLE", "day": "DATE", "local": "TIMESTAMP",
        "duration": "VARCHAR", "clock": "TIME", "words": "VARCHAR", "some": "VARCHAR", "nothing": "DECIMAL(28,6)",
        "empty": "VARCHAR",
    }  # fmt: skip
    here, there = asked(cast, source, "select * from types order by id"), asked(cast, market, MYSQL)
    assert here.rows == there.rows
    changed = {"duration": "text"}
    assert here.columns == [each | {"type": changed.get(each["name"], each["type"])} for each in there.columns]
    assert here.rows[0][2] == "18446744073709551614"


def test_a_number_with_more_digits_than_a_decimal_has_stays_whole_as_text(cast, till):
    long = "1234567890123456789012345678901234567890.5"
    source = read(cast, till, f"select {long}::numeric as n union all select 2", "long")
    said = "Some numbers of “n” have more digits than a number of a table can have, so the column is kept as text."
    assert (source.columns[0]["type"], source.warnings) == ("text", [said])
    assert asked(cast, source, "select n from long order by n").rows == [[long], ["2"]]


def test_an_answer_without_rows_is_a_table_with_its_columns(cast, till):
    source = read(cast, till, "select 1::numeric as n, now() as moment, 'a' as \"two words\" where false", "nobody")
    assert (source.state, source.rows, source.warnings) == ("ready", 0, [])
    told = [(each["name"], each["type"]) for each in source.columns]
    assert told == [("n", "decimal"), ("moment", "datetime"), ("two words", "text")]
    assert asked(cast, source, 'select n, moment, "two words" from nobody').rows == []


def test_columns_of_one_name_are_told_apart_whatever_their_capitals(cast, till):
    source = read(cast, till, 'select 1 as n, 2 as n, 3 as "N", 4 as "N_2", 5 as "a ""b"" c"', "twice")
    assert [(each["name"], each["label"]) for each in source.columns] == [
        ("n", "n"), ("n_2", "n_2"), ("N_3", "N"), ("N_2_2", "N_2"), ('a "b" c', 'a "b" c'),
    ]  # fmt: skip
    assert asked(cast, source, "select * from twice").rows == [[1, 2, 3, 4, 5]]


def test_many_rows_come_back_equal(cast, till):
    sql = (
        "select n as id, (n * 7919 % 100003) / 100.0 as amount, md5(n::text) as code, "
        "case when n % 5 > 0 then date '2020-01-01' + n % 2000 end as day from generate_series(1, "
        f"{MANY}) n"
    )
    source = read(cast, till, sql, "many")
    assert (source.state, source.rows) == ("ready", MANY)
    sums = "select count(*), count(day), sum(amount), min(day), max(code), count(distinct id) from "
    [here] = asked(cast, source, sums + "many").rows
    [there] = pgbench.figures(f"{sums}({sql}) q")
    assert here[:2] == list(there[:2])
    assert Decimal(here[2]) == there[2]
    assert here[3:] == [there[3].isoformat(), there[4], there[5]]
    rows = asked(cast, source, "select id, amount, code, day from many order by id").rows
    wanted = pgbench.figures(f"select id, amount, code, day from ({sql}) q order by id")
    assert [(a, Decimal(b), c, d) for a, b, c, d in rows] == [(a, b, c, d and d.isoformat()) for a, b, c, d in wanted]
