"""The gallery that a new dashboard starts from, and that what it offers really runs on every kind of source."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from operant.stage import actions, columns, dialects, engine, queries
from operant.stage.models import Dashboard, Result
from operant.stage.starts import choosing, profile
from operant.stage.starts.templates import TEMPLATES
from operant.testing import stage as things
from operant.testing.queue import claim, run_jobs

from .test_database_files import ledger as ledger
from .test_mysql_sources import market as market

SALES = "order_id,customer_id,ordered_at,paid_at,shipped_at,status,country,amount\n" + "".join(
    f"{number},{number % 9 + 100},2026-0{number % 6 + 1}-{number % 27 + 1:02} 10:00:00,{paid},{paid if number % 3 else ''},"
    f"{('open', 'paid', 'it''s back')[number % 3]},{('Austria', 'Germany', 'Italy', 'Spain')[number % 4]},{number * 1.5}\n"
    for number in range(1, 61)
    for paid in [f"2026-0{number % 6 + 2}-01 10:00:00" if number % 2 else ""]
)


def at(name, *args, organization="harbour"):
    return reverse(name, args=[organization, *args])


@pytest.fixture
def sales(cast):
    with cast.at_harbour(cast.ben):
        return things.source(cast.ben, name="Sales", csv=SALES)


def waiting_jobs(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s ORDER BY id", [name])
        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def fitting(table, slot):
    """Return a column for a slot by its type alone: what runs with it runs with any."""
    wanted = {"moment": columns.TIMES, "stage": columns.TIMES, "status": {"text"}}.get(slot.name.rstrip("1234"))
    wanted = wanted or (columns.FIGURES if slot.name in {"measure", "second", "third"} else {"text", "integer"})
    return next((each for each in table["columns"] if each["type"] in wanted), None)


def choices(source, table):
    of = choosing.of_table(source, table, "day", ["North", "it's", "", choosing.OTHERS])
    for template in TEMPLATES:
        found = {slot.name: column for slot in template.slots if (column := fitting(table, slot))}
        if all(slot.optional or slot.name in found for slot in template.slots):
            yield choosing.Choice(template, of, found)


def run(cast, source, sql):
    with cast.at_harbour(cast.ben):
        place = queries.place(source)
    return engine.outcome(place, sql)


def name_of(table):
    return table["name"].strip('"`').rpartition(".")[2]


ENGINES = [("sales", "sales"), ("ledger", "orders"), ("till", "pgbench_history"), ("market", "orders")]


@pytest.mark.parametrize(("fixture", "wanted"), ENGINES)
def test_every_query_of_every_start_runs(request, cast, fixture, wanted):
    source = request.getfixturevalue(fixture)
    table = next(each for each in source.tables if name_of(each) == wanted)
    dialect = dialects.of(source.kind)
    failed = {}
    asked = {"profile": profile.question(table["name"], table["columns"], dialect)}
    asked["values"] = profile.values_question(table["name"], table["columns"][0], dialect)
    made = list(choices(source, table))
    for choice in made:
        document = choice.document(source, "Made")
        asked |= {f"{choice.template.key} {each['name']}": each["sql"] for each in document["queries"]}
    for unit in choosing.UNITS:
        moment = next(each for each in table["columns"] if each["type"] in columns.TIMES)
        asked[unit] = f"select {getattr(dialect, unit).format(dialect.name(moment['name']))} from {table['name']} limit 1"
    for name, sql in asked.items():
        outcome = run(cast, source, sql)
        if outcome.error:
            failed[name] = (outcome.error, sql)
    assert failed == {}
    assert len(made) == 8


HARD = ["it's", "x" * 70, "x" * 71, "ä" * 50, "Country", "country", "Paid"]


@pytest.mark.parametrize(("fixture", "wanted"), ENGINES)
def test_values_of_every_length_and_case_are_drawn(request, cast, fixture, wanted):
    source = request.getfixturevalue(fixture)
    table = next(each for each in source.tables if name_of(each) == wanted)
    status = next(each for each in table["columns"] if each["type"] == "text")
    choice = choosing.Choice(
        next(each for each in TEMPLATES if each.key == "status"), choosing.of_table(source, table, "day", HARD),
        {"status": status, "category": table["columns"][0]},
    )  # fmt: skip
    document = choice.document(source, "Made")
    (stacked,) = [each for each in document["widgets"] if each["options"].get("stacked")]
    (asked,) = [each["sql"] for each in document["queries"] if each["id"] == stacked["query"]]
    outcome = run(cast, source, asked)
    assert outcome.error == ""
    assert [each["name"] for each in outcome.columns][1:] == stacked["options"]["y"]


@pytest.mark.parametrize("fixture", [fixture for fixture, _ in ENGINES])
def test_a_backslash_in_a_text_of_ours_breaks_no_query(request, cast, fixture):
    source = request.getfixturevalue(fixture)
    words, dialect = ["it's back\\", "paid\\"], dialects.of(source.kind)
    outcome = run(cast, source, " union all ".join(f"select {dialect.text(each)} as stage" for each in words))
    assert (outcome.error, sorted(outcome.rows)) == ("", [[each] for each in words])


def test_the_gallery_shows_what_fits_with_its_columns_best_first(cast, signed_in, sales):
    page = signed_in(cast.ben).get(at("source-starts", sales.pk)).content.decode()
    names = [part.split("<")[0].strip() for part in page.split('class="ot-start-name">')[1:]]
    assert names == [
        "Overview", "Over time", "Status by group", "Ranking", "How far they come", "New and returning",
        "Figures at a glance", "The newest",
    ]  # fmt: skip
    assert page.count("Fits best") == 1
    assert "It has dates (ordered at), amounts (amount) and groups (country)." in page
    assert "Uses ordered at, paid at and shipped at" in page


def test_what_all_starts_ask_is_asked_in_one_job_the_best_start_first(cast, signed_in, sales):
    page = signed_in(cast.ben).get(at("source-starts", sales.pk)).content.decode()
    walls = [unescape(part.split('"')[0]) for part in page.split('data-wall="')[1:]]
    assert len(walls) == 8
    (job,) = [each["ids"] for each in waiting_jobs("stage.refresh")]
    shown = [signed_in(cast.ben).get(each).json() for each in walls]
    wanted = list(dict.fromkeys(key for wall in shown for key in wall["keys"].values()))
    with cast.at_harbour():
        keys = {str(pk): key for pk, key in Result.objects.values_list("pk", "key")}
    assert [keys[each] for each in job] == wanted
    # The walls themselves had nothing more to ask.
    assert [each["ids"] for each in waiting_jobs("stage.refresh")] == [job]
    run_jobs()
    states = {result["state"] for each in walls for result in signed_in(cast.ben).get(each).json()["results"]}
    assert states == {"ok"}


def test_what_is_chosen_can_be_changed_is_drawn_and_becomes_the_dashboard(cast, signed_in, sales):
    ben = signed_in(cast.ben)
    asked = {"start": "ranking", "table": "sales", "category": "status", "measure": "-"}
    answer = ben.get(at("source-starts", sales.pk), asked)
    page = answer.content.decode()
    assert '<option value="status" selected>status</option>' in page
    # Numbers of orders and customers are no figures.
    assert [f'<option value="{each}"' in page.split('id="slot-measure"')[1] for each in ("amount", "order_id", "customer_id")] == [
        True, False, False,
    ]  # fmt: skip
    assert answer.headers["HX-Replace-Url"] == (
        f"{at('dashboard-new')}?source={sales.public_id}&start=ranking&table=sales&unit=month&category=status&measure=-"
    )
    shown = ben.get(at("source-proposal", sales.pk), asked).json()["document"]
    made = ben.post(at("dashboard-new"), {**asked, "name": "By status", "source": sales.public_id})
    with cast.at_harbour():
        board = Dashboard.objects.get()
    assert made.headers["Location"] == at("dashboard-edit", board.pk)
    assert board.draft == {**shown, "title": "By status"}


def test_how_a_figure_is_reckoned_and_dates_are_grouped_can_be_chosen(cast, signed_in, sales):
    ben = signed_in(cast.ben)
    asked = {"start": "time", "table": "sales", "moment": "ordered_at", "measure": "amount"}
    page = ben.get(at("source-starts", sales.pk), asked).content.decode()
    assert '<option value="sum:amount" selected>Total</option><option value="avg:amount">Average</option>' in page
    assert '<option value="month:ordered_at" selected>Month</option>' in page
    said = {**asked, "unit": "year:ordered_at", "measure_how": "avg:amount", "name": "Sales", "source": sales.public_id}
    ben.post(at("dashboard-new"), said)
    with cast.at_harbour():
        made = Dashboard.objects.get().draft
    assert [each["title"] for each in made["widgets"]] == [
        "Average amount, latest year", "Average amount by year", "Rows", "Rows by year",
    ]  # fmt: skip


def test_statuses_are_stacked_by_the_values_that_are_there(cast, signed_in, sales):
    page = signed_in(cast.ben).get(at("source-starts", sales.pk), {"start": "status"}).content.decode()
    hidden = [part.split('"')[0] for part in page.split('<input type="hidden" name="value" value="')[1:]]
    assert sorted(hidden) == ["its back", "open", "paid"]


def test_rows_of_rare_statuses_and_of_none_are_counted_in_what_is_built_too(cast, signed_in):
    rare = "day,country,status\n" + "".join(
        f"2026-01-{row % 28 + 1:02},{'AB'[row % 2]},{[*'abcdefg', '', '', ''][row % 10]}\n" for row in range(40)
    )
    with cast.at_harbour(cast.ben):
        source = things.source(cast.ben, name="Rare", csv=rare)
    ben = signed_in(cast.ben)
    page = ben.get(at("source-starts", source.pk), {"start": "status"}).content.decode()
    shown = ben.get(unescape(page.split('data-wall="')[1].split('"')[0])).json()["document"]
    said = {"value": []}
    for name, value in re.findall(r'<input[^>]*? name="(\w+)" value="([^"]*)"', page):
        said.setdefault(name, []).append(unescape(value))
    for name, chosen in re.findall(r'<select[^>]*? name="(\w+)".*?value="([^"]*)" selected', page):
        said[name] = [chosen]
    ben.post(at("dashboard-new"), said)
    with cast.at_harbour():
        board = Dashboard.objects.get()
    assert board.draft == {**shown, "title": "Rare: status by group"}
    (stacked,) = [each["options"]["y"] for each in shown["widgets"] if each["options"].get("stacked")]
    assert stacked[-2:] == ["(none)", "(others)"]


def test_a_status_of_a_type_of_a_database_s_own_may_be_missing(cast, till):
    rows = "(values ('10.0.0.1'::inet, 'A'), (null, 'A'), ('10.0.0.2', 'A')) as seen(status, country)"
    table = {"name": rows, "rows": 3, "columns": [{"name": name, "type": "text"} for name in ("status", "country")]}
    status, country = table["columns"]
    made = choosing.Choice(
        next(each for each in TEMPLATES if each.key == "status"),
        choosing.of_table(till, table, "day", ["10.0.0.1", "", choosing.OTHERS]), {"status": status, "category": country},
    ).document(till, "Made")  # fmt: skip
    (asked,) = [each["sql"] for each in made["queries"] if "case when" in each["sql"]]
    outcome = run(cast, till, asked)
    assert (outcome.error, outcome.rows) == ("", [["A", 1, 1, 1]])


def test_what_is_no_start_or_column_is_refused_with_a_sentence(cast, signed_in, sales):
    ben = signed_in(cast.ben)
    asked = {"start": "ranking", "table": "sales", "category": "nothing"}
    assert "The table has no column nothing. Choose another one." in ben.get(at("source-starts", sales.pk), asked).content.decode()
    assert ben.get(at("source-proposal", sales.pk), asked).status_code == 422
    assert ben.post(at("dashboard-new"), {**asked, "name": "X", "source": sales.public_id}).status_code == 422
    with cast.at_harbour():
        assert Dashboard.objects.count() == 0


def test_a_table_without_rows_offers_to_begin_empty(cast, signed_in, till):
    assert run(cast, till, "select count(*) from pgbench_history").rows == [[0]]
    page = signed_in(cast.ben).get(at("source-starts", till.pk), {"table": "pgbench_history"}).content.decode()
    assert "Till has no rows that a dashboard could start from yet." in page
    assert "Begin empty" in page


def test_a_source_that_does_not_answer_is_judged_by_its_columns(cast, signed_in, till, door):
    door.close()
    page = signed_in(cast.ben).get(at("source-starts", till.pk), {"table": "pgbench_accounts"}).content.decode()
    assert "What fits is judged by the names and types of columns alone." in page
    assert "Figures at a glance" in page


def test_rows_that_programs_push_can_be_started_from(cast, signed_in):
    shape = [("created_at", "datetime"), ("region", "text"), ("amount", "decimal")]
    with cast.at_harbour(cast.ben):
        made = actions.declare(name="Tills", columns=shape, by=cast.ben)
        rows = [{"created_at": f"2026-01-0{day}T10:00:00Z", "region": "NS"[day % 2], "amount": f"{day}.50"} for day in range(1, 9)]
        actions.push(source=made, rows=rows, replaces=True)
    claim("source")
    run_jobs()
    page = signed_in(cast.ben).get(at("source-starts", made.pk)).content.decode()
    assert "It has dates (created at), amounts (amount) and groups (region)." in page


def test_viewers_and_strangers_are_not_offered_anything(cast, signed_in, sales):
    assert signed_in(cast.cleo).get(at("source-starts", sales.pk)).status_code == 403
    assert signed_in(cast.mallory).get(at("source-starts", sales.pk, organization="meadow")).status_code == 404


def test_a_new_file_is_offered_first(cast, signed_in, sales):
    with cast.at_harbour(cast.ben):
        newer = things.source(cast.ben, name="Another", csv=SALES)
    page = signed_in(cast.ben).get(at("dashboard-new")).content.decode()
    assert at("source-starts", newer.pk) in page
