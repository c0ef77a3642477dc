"""What somebody can start from, judged by the columns of tables that people really have."""

from itertools import combinations
from uuid import uuid4

import duckdb
import pytest

from operant.stage import dialects, document, starts
from operant.stage.columns import is_averaged
from operant.stage.columns import money as column_money
from operant.stage.models import Source
from operant.stage.starts import Profile, parts, profile, roles
from operant.stage.starts.templates import TEMPLATES


def columns(**types):
    return [{"name": name, "type": kind} for name, kind in types.items()]


def source(known, kind="upload", rows=100):
    return Source(organization_id=uuid4(), kind=kind, table_name="orders", columns=known, rows=rows)


def offered(known, read=None, values=(), **made):
    of = source(known, **made)
    (table,) = of.tables
    return starts.offers(of, table, read or Profile(), list(values))


def used(offer):
    return {name: each["name"] for name, each in offer.choice.columns.items()}


ORDERS = columns(
    order_id="integer", customer_id="integer", created_at="datetime", paid_at="datetime", shipped_at="datetime",
    updated_at="datetime", status="text", country="text", product="text", quantity="integer", amount="decimal", email="text",
)  # fmt: skip
READ = Profile(
    5000,
    {"order_id": 5000, "customer_id": 800, "created_at": 4990, "paid_at": 4000, "shipped_at": 3900, "updated_at": 5000, "status": 4,
     "country": 12, "product": 30, "quantity": 9, "amount": 2100, "email": 800},
    {"order_id": (1, 5000), "customer_id": (17, 9000), "quantity": (1, 9),
     "created_at": ("2024-01-03T00:00:00Z", "2026-02-01T10:00:00Z")},
)  # fmt: skip
STATES = ["paid", "open", "shipped", "it's back"]


def test_money_is_written_as_money_where_its_column_says_which():
    known = [{"name": "country", "type": "text"}, {"name": "amount", "type": "float", "currency": "USD"}]
    found = offered(known, Profile(90, {"country": 9, "amount": 80}))
    picked = next(each for each in found if each.choice.template.key == "ranking")
    bars, _, listed = picked.choice.document(source(known), "Amounts")["widgets"]
    said = [{**bars["options"]}, listed["options"]["columns"][1]]
    assert [(each["format"], each.get("currency")) for each in said] == [("currency", "USD")] * 2
    assert column_money({"name": "amount", "type": "text", "currency": "USD"}) == column_money({"name": "n", "type": "float"}) == {}
    assert column_money({"name": "n", "type": "float", "currency": "ABC"}) == {}


def test_orders_can_be_started_from_in_every_way_best_first():
    found = offered(ORDERS, READ, STATES)
    assert [(each.choice.template.key, used(each)) for each in found] == [
        ("overview", {"moment": "created_at", "measure": "amount", "category": "country"}),
        ("time", {"moment": "created_at", "measure": "amount"}),
        ("status", {"status": "status", "category": "country"}),
        ("ranking", {"category": "country", "measure": "amount"}),
        ("funnel", {"stage1": "created_at", "stage2": "paid_at", "stage3": "shipped_at"}),
        ("returning", {"moment": "created_at", "person": "customer_id"}),
        ("glance", {"measure": "amount", "second": "quantity"}),
        ("newest", {"moment": "created_at"}),
    ]
    assert found[0].uses == "created at, amount and country"


@pytest.mark.parametrize("kind", ["upload", "postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("read", [READ, Profile()], ids=["read", "unread"])
def test_whatever_is_offered_fills_the_wall_and_can_be_kept(kind, read):
    for offer in offered(ORDERS, read, STATES):
        made = offer.choice.document(Source(organization_id=uuid4(), kind=kind), "Orders")
        document.parse(made)
        assert sum(each["w"] * each["h"] for each in made["widgets"]) == 24 * 14, offer.choice.template.key
        for one, other in combinations(made["widgets"], 2):
            beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


@pytest.mark.parametrize(
    ("known", "read", "keys"),
    [
        ([], Profile(), []),
        (columns(id="integer"), Profile(), ["overview"]),
        (columns(note="text"), Profile(9, {"note": 9}), ["overview"]),
        (columns(country="text"), Profile(), ["ranking", "overview"]),
        (columns(amount="decimal"), Profile(), ["overview", "glance"]),
        (columns(day="date"), Profile(), ["time", "overview", "newest"]),
        (columns(at="date", updated_at="date"), Profile(), ["time", "overview", "newest"]),
    ],
)
def test_only_what_fits_is_offered(known, read, keys):
    assert [each.choice.template.key for each in offered(known, read)] == keys


def test_rows_without_a_group_are_a_group_and_parts_add_up_to_the_whole():
    database = duckdb.connect()
    database.execute("create table films as from (values ('PG', 3, 'a'), ('R', 4, 'b'), (null, 5, 'a')) t(rated, gross, studio)")
    dialect = dialects.of("upload")
    figure = parts.figure({"name": "gross", "type": "integer"}, dialect)
    total, bars = parts.number("films", figure, dialect), parts.bar("films", {"name": "rated"}, figure, dialect)
    assert database.sql(bars.sql).fetchall() == [(None, 5), ("R", 4), ("PG", 3)]
    assert database.sql(total.sql).fetchall() == [(12,)]


def test_an_empty_table_offers_nothing():
    assert offered(ORDERS, rows=0) == []


def test_rows_that_were_read_count_more_than_what_the_database_once_counted():
    assert [each.choice.template.key for each in offered(ORDERS, READ, STATES, rows=0)][:1] == ["overview"]


def test_numbers_that_name_or_count_rows_are_no_measures():
    known = columns(rownames="integer", order_nr="integer", zip="integer", year="integer", one="integer", flag="integer",
                    mass="integer")  # fmt: skip
    read = Profile(344, {"rownames": 344, "order_nr": 9, "zip": 9, "year": 3, "one": 1, "flag": 2, "mass": 90},
                   {"rownames": (1, 344), "year": (2007, 2009), "flag": (0, 1), "mass": (170, 230)})  # fmt: skip
    found = roles.of(known, read)
    assert [each["name"] for each in found.measures] == ["mass"]
    assert [each["name"] for each in found.moments] == ["year"]
    assert [each["name"] for each in found.categories] == ["flag"]


def test_quarters_are_no_measure_and_rates_are_not_added_up():
    known = columns(year="integer", quarter="integer", realgdp="float", unemp="float", cpi="float", infl="float")
    assert [each["name"] for each in roles.of(known, Profile()).measures] == ["realgdp", "unemp", "cpi", "infl"]
    assert [name for name in ("realgdp", "unemp", "cpi", "infl") if is_averaged({"name": name})] == ["unemp", "cpi", "infl"]


@pytest.mark.parametrize(
    ("name", "label", "range", "how"),
    [
        ("co2", "co2", (313.0, 374.1), "avg"), ("jan", "JAN", ("18.57", "29.15"), "avg"), ("a", "Speed [km/h]", (0, 90), "avg"),
        ("amount", "amount", (100.0, 150.0), "sum"), ("gross", "gross", (1.5, 2.5), "sum"), ("a", "a", (0.0, 40.0), "sum"),
        ("total_price", "Total price", (1.0, 9.0), "sum"), ("unit_price", "Unit price", (1.0, 9.0), "avg"),
        ("a", "a", (None, None), "sum"),
    ],
)  # fmt: skip
def test_levels_are_averaged_by_name_unit_or_values_and_amounts_added_up(name, label, range, how):
    known = [{"name": name, "label": label, "type": "float"}]
    read = Profile(500, {name: 400}, {name: range})
    assert [used_as(each) for each in offered(known, read) if "measure" in each.choice.columns] == [how] * 2


@pytest.mark.parametrize(
    ("label", "kind", "how"),
    [
        *((label, "decimal", "sum") for label in (
            "Umsatz (inkl. 19% MwSt)", "Revenue (incl. 20% VAT)", "Amount (net/gross)", "Cost (w/o tax)", "Revenue (2025/26)",
            "Sales [Q1/2026]", "Interest paid", "Exchange fees", "Windows sold", "Anomalies", "Stars", "Yield kg", "Growth",
            "Items (net/gross)", "Rabatt 20%", "Imdb votes",
        )),
        *((label, "float", "sum") for label in (
            "Betrag", "Miete", "Lohn", "Salary", "Premium", "Commission", "Rent", "Fare", "Net", "Kosten", "Monthly rent",
        )),
        *((label, "decimal", "avg") for label in (
            "Temperature", "Tax (%)", "Anteil %", "Wasser [°C]", "CO2 (ppm)", "Flow (m3/h)", "Dose [mg/kg]", "Wind",
            "Heat [W per m2]",
        )),
        ("Current", "float", "avg"), ("Druck", "integer", "avg"), ("Welfare", "float", "avg"),
    ],
)  # fmt: skip
def test_money_and_counts_are_added_up_whatever_else_their_names_hold(label, kind, how):
    name = "_".join("".join(each if each.isalnum() else " " for each in label.lower()).split())
    known = {"name": name, "label": label, "type": kind}
    assert roles.how(Profile(500, {name: 400}, {name: (100.0, 150.0)}), known) == how


def used_as(offer):
    return offer.choice.columns["measure"]["how"]


def test_an_average_over_time_is_told_as_it_was_last_and_months_without_one_are_gaps():
    of = source(columns(day="date", temperature="float"))
    asked = {"start": "time", "table": "orders", "moment": "day", "measure": "temperature"}
    made = starts.chosen(of, asked, []).document(of, "Weather")
    assert [(each["kind"], each["title"], each["query"]) for each in made["widgets"]] == [
        ("number", "Average temperature, latest month", "q1"), ("line", "Average temperature by month", "q1"),
        ("number", "Rows", "q2"), ("line", "Rows by month", "q3"),
    ]
    assert made["widgets"][0]["options"] == {"value": "temperature", "along": "month", "format": "number"}
    assert [each["options"].get("missing") for each in made["widgets"]] == [None, "gap", None, "zero"]
    assert [each["options"].get("every") for each in made["widgets"]] == [None, "month", None, "month"]
    assert [each["options"].get("area") for each in made["widgets"]] == [None, False, None, True]


def test_the_latest_average_is_of_the_latest_period_that_has_one():
    database = duckdb.connect()
    database.execute("create table weather as from (values (date '2026-01-05', 3.0), (date '2026-02-05', null)) t(day, temp)")
    dialect = dialects.of("upload")
    period = parts.Period({"name": "day", "type": "date"}, "month")
    figure = parts.figure({"name": "temp", "type": "float"}, dialect)
    asked = parts.latest("weather", period, figure, dialect)
    assert [row[1] for row in database.sql(asked.sql).fetchall()] == [3.0]


def test_what_is_said_of_a_column_goes_with_it():
    columns_said = {"moment": "day", "measure": "price", "unit": "year:day", "measure_how": "sum:price"}
    asked = {"start": "time", "table": "orders", **columns_said}
    of = source(columns(day="date", other="date", price="float", amount="float"))
    found = starts.chosen(of, asked, [])
    assert (found.table.unit, found.columns["measure"]["how"]) == ("year", "sum")
    other = starts.chosen(of, {**asked, "moment": "other", "measure": "price", "measure_how": "sum:amount"}, [])
    assert (other.table.unit, other.columns["measure"]["how"]) == ("month", "avg")
    assert starts.chosen(of, {**asked, "unit": "drop", "measure_how": "x"}, []).columns["measure"]["how"] == "avg"


def test_moments_that_are_counted_since_1970_are_no_amounts():
    read = Profile(90, {"time": 80, "at": 80, "cost": 80}, {
        "time": (1517361973840, 1517966773840), "at": (1517361973, 1517966773), "cost": (1, 1517966773840),
    })  # fmt: skip
    assert [each["name"] for each in roles.of(columns(time="integer", at="integer", cost="integer"), read).measures] == ["cost"]


def test_groups_are_told_from_names_by_how_many_values_there_are():
    known = columns(title="text", species="text", sex="text", comment="text", cylinders="integer", is_open="boolean")
    read = Profile(300, {"title": 290, "species": 3, "sex": 2, "comment": 5, "cylinders": 5, "is_open": 2}, {"cylinders": (3, 8)})
    found = roles.of(known, read)
    assert [each["name"] for each in found.categories] == ["species", "sex", "is_open", "cylinders"]


@pytest.mark.parametrize(
    ("span", "unit"),
    [(("2026-01-01", "2026-02-01"), "day"), (("2026-01-01", "2026-09-01"), "month"), (("1950-01-01", "2026-09-01"), "year"),
     (("", ""), "month"), ((None, None), "month")],
)  # fmt: skip
def test_moments_are_grouped_so_that_a_line_has_a_shape(span, unit):
    read = Profile(9, {"day": 9}, {"day": span})
    assert roles.unit(read, {"name": "day", "type": "date"}) == unit


def test_a_choice_reads_back_from_its_address():
    from django.http import QueryDict

    of = source(ORDERS)
    for offer in offered(ORDERS, READ, STATES):
        said = QueryDict(offer.choice.query)
        assert starts.chosen(of, said.dict(), said.getlist("value")) == offer.choice


def test_every_row_stands_in_a_status_by_group_also_those_of_rare_ones_and_of_none():
    database = duckdb.connect()
    states = [*"aabbccddeeffggh", "", None]
    database.execute("create table orders as select 'X' as country, unnest(?) as status", [states])
    question = profile.values_question("orders", {"name": "status"}, dialects.of("upload"))
    values = [row[0] or "" for row in database.sql(question).fetchall()]
    asked = {"start": "status", "table": "orders", "status": "status", "category": "country"}
    for known, counted in [
        (values, {"a": 2, "b": 2, "c": 2, "d": 2, "e": 2, "(others)": 7}),
        (["a", "", "b"], {"a": 2, "b": 2, "(none)": 2}),
        (["a", "b", "c", "d", "e", "f", ""], {"a": 2, "b": 2, "c": 2, "d": 2, "(none)": 2, "(others)": 7}),
    ]:
        choice = starts.chosen(source(ORDERS), asked, known)
        made = choice.document(source(ORDERS), "Orders")
        document.parse(made)
        (sql,) = [each["sql"] for each in made["queries"] if "case when" in each["sql"]]
        answer = database.sql(sql)
        (row,) = answer.fetchall()
        assert dict(zip(answer.columns[1:], row[1:], strict=True)) == counted
        again = starts.chosen(source(ORDERS), asked, [each for name, each in choice.asked if name == "value"])
        assert again == choice


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"start": "nothing", "table": "orders"}, "There is no such start. Choose one again."),
        ({"start": "time", "table": "elsewhere", "moment": "created_at"}, "There is no such start. Choose one again."),
        ({"start": "time", "table": "orders", "moment": "x; drop"}, "The table has no column x; drop. Choose another one."),
        ({"start": "time", "table": "orders", "moment": "-"}, "Choose a column first: date."),
    ],
)
def test_what_an_address_says_is_checked(asked, sentence):
    with pytest.raises(starts.choosing.Invalid) as refused:
        starts.chosen(source(ORDERS), asked, [])
    assert refused.value.sentence == sentence


def test_values_are_quoted_and_those_that_cannot_be_are_left_out():
    of = source(ORDERS)
    asked = {"start": "status", "table": "orders", "status": "status", "category": "country"}
    choice = starts.chosen(of, asked, ["it's", "a\\b", "", "it's", "x" * 101])
    table = choice.table
    assert (table.values, table.has_none, table.has_others) == (("it's",), True, True)
    sql = next(each["sql"] for each in choice.document(of, "Orders")["queries"] if "case when" in each["sql"])
    assert "sum(case when status = 'it''s' then 1 else 0 end) as \"it's\"" in sql


@pytest.mark.parametrize(
    ("values", "called"),
    [
        (["a" * 70, "a" * 71], ["a" * 63, "a" * 59 + " (2)"]),
        # As bytes: a name is cut where a character ends.
        (["ä" * 40], ["ä" * 31]),
        (["Open", "open", "country"], ["Open", "open (2)", "country (2)"]),
    ],
)
def test_a_value_becomes_the_name_of_a_column_that_every_database_takes(values, called):
    asked = {"start": "status", "table": "orders", "status": "status", "category": "country"}
    made = starts.chosen(source(ORDERS), asked, values).document(source(ORDERS), "Orders")
    (stacked,) = [each["options"]["y"] for each in made["widgets"] if each["options"].get("stacked")]
    assert stacked == called
    assert all(len(each.encode()) <= 63 for each in stacked)


def test_a_profile_is_one_query_and_reads_back():
    known = columns(id="integer", day="date", note="json", **{"the region": "text"})
    assert profile.question("t", known, dialects.of("upload")) == (
        "select count(*) as n, count(distinct id) as d0, min(id) as a0, max(id) as b0, count(distinct day) as d1, min(day) as a1, "
        'max(day) as b1, count(distinct "the region") as d2\n'
        'from (select id, day, "the region" from t limit 10000) as looked_at'
    )
    names = [{"name": each} for each in ("n", "d0", "a0", "b0", "d1", "a1", "b1", "d2")]
    assert starts.read(names, [3, 3, 1, 3, 2, "2026-01-01", "2026-01-05", 1], known) == Profile(
        3, {"id": 3, "day": 2, "the region": 1}, {"id": (1, 3), "day": ("2026-01-01", "2026-01-05")}
    )


def test_every_template_has_its_own_key_and_says_what_it_is_for():
    assert len({each.key for each in TEMPLATES}) == len(TEMPLATES) == 8
    assert [each.purpose[-1] for each in TEMPLATES] == ["."] * 8


@pytest.mark.parametrize(
    ("column", "title"), [("cost_total", "Cost total"), ("total_cost", "Total cost"), ("subtotal", "Total subtotal")]
)
def test_a_title_says_total_once(column, title):
    assert parts.figure({"name": column, "type": "integer"}, dialects.Dialect()).title == title
