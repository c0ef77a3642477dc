"""Whether a query names a column, or only what is called like it."""

import pytest

from operant.stage import reasons


@pytest.mark.parametrize("sql", [
    "select co2 from t", 'select avg("CO2") from t', "select x.co2 from t as x", "from t select day where co2 > 1",
    "select * rename (co2 as revenue) from co2", "select a.n from a join b on a.co2 = b.n", "select n from a join b using (co2)",
    "select n from a, unnest(co2)", "select extract(year from co2) from t", "select n from t where n is distinct from co2",
    "select n from (select co2 from t)", "select n from co2 order by co2", "select n as m from co2 order by m, co2",
    "select sum(co2) as co2 from co2 order by co2", "select n as co2 from t order by co2 + 1",
    "select n as co2, rank() over (order by co2) from t", "select n as co2 from t where co2 > 1 order by 1",
])  # fmt: skip
def test_a_column_is_named(sql):
    assert reasons.mentions(sql, "co2")


@pytest.mark.parametrize("sql", [
    'select count(*) from "co2"', "select count(*) from main.co2", "select count(*) from (co2)", "select n from a, co2 as x",
    "select count(*) as co2 from co2", "select co2.n from a join co2 on co2.day = a.day", "from co2",
    "select n from a join b on 1 = 1, co2",
    "select sum(n) as co2 from co2 group by m order by m, co2 desc limit 3",
    "with co2 as (select 1 as n) select n from co2", "select 'co2' -- co2", "select n from `co2`", "select co2_max from t",
])  # fmt: skip
def test_a_table_an_alias_and_a_text_are_no_columns(sql):
    assert not reasons.mentions(sql, "co2")
