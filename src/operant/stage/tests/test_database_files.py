"""SQLite databases as data sources: uploaded, listed, asked, replaced and deleted like any other file."""

import sqlite3

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from operant.platform.refusals import Invalid
from operant.stage import actions, engine, events, proposals, queries
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.queue import claim, run_jobs


def content(*amounts, table="orders", folder):
    path = folder / "made.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE {table} (day DATE, region TEXT, amount REAL)")
    rows = [(f"2026-0{number}-01", "North", amount) for number, amount in enumerate(amounts, 1)]
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
    connection.execute('CREATE TABLE "group" (a)')
    connection.commit()
    connection.close()
    return ContentFile(path.read_bytes())


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


def read(cast, source):
    claim("source")
    run_jobs()
    return again(cast, source)


@pytest.fixture
def ledger(cast, tmp_path):
    """Harbour's data source “Ledger”: a database file with 10 + 20 of amount in two months."""
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=content(10, 20.5, folder=tmp_path), file_name="ledger.sqlite", by=cast.ben)
    return read(cast, made)


def test_a_database_file_is_uploaded_listed_and_announced(cast, announced, ledger):
    assert (ledger.kind, ledger.state, ledger.has_data, ledger.is_database, ledger.noun) == ("sqlite", "ready", True, True, "file")
    assert [(each["name"], each["rows"]) for each in ledger.tables] == [('"group"', 0), ("orders", 2)]
    assert (ledger.parquet_id, ledger.rows, ledger.upload_id) == (None, 2, None)
    assert announced == [
        events.SourceUploaded(source_id=ledger.public_id, name="Ledger", file="ledger.sqlite", uploaded_by="Ben"),
        events.SourceConverted(source_id=ledger.public_id, name="Ledger", rows=2),
    ]
    with cast.at_harbour():
        assert [each.pk for each in queries.readable_sources()] == [ledger.pk]


def test_a_dashboard_of_it_is_asked_and_follows_its_newer_file(cast, ledger, tmp_path):
    with cast.at_harbour(cast.ben):
        document = things.document(ledger, "select sum(amount) as revenue from orders")
        things.published(cast.ben, content=document)
        key = queries.keys(document)["q1"]
    run_jobs()
    with cast.at_harbour(cast.ben):
        assert queries.results([key])[0]["rows"] == [[30.5]]
        actions.replace_file(source=queries.source(ledger.pk), upload=content(1, folder=tmp_path), file_name="n.db", by=cast.ben)
    assert read(cast, ledger).rows == 1
    claim("result")
    run_jobs()
    with cast.at_harbour():
        assert queries.results([key])[0]["rows"] == [[1]]


def test_a_table_that_is_gone_from_the_newer_file_is_said(cast, ledger, tmp_path):
    with cast.at_harbour(cast.ben):
        place = queries.place(ledger)
        newer = content(1, table="sales", folder=tmp_path)
        actions.replace_file(source=queries.source(ledger.pk), upload=newer, file_name="n.db", by=cast.ben)
    after = read(cast, ledger)
    with cast.at_harbour():
        now = queries.place(after)
    assert engine.outcome(now, "select * from orders").error == "There is no table “orders” here."
    place.path.unlink(missing_ok=True)
    with pytest.raises(engine.Replaced):
        engine.outcome(place, "select * from orders")


def test_a_file_that_cannot_be_read_leaves_what_was_there(cast, ledger):
    with cast.at_harbour(cast.ben):
        broken = ContentFile(b"SQLite format 3\0" + bytes(4_000))
        actions.replace_file(source=queries.source(ledger.pk), upload=broken, file_name="n.db", by=cast.ben)
    after = read(cast, ledger)
    assert (after.state, after.error[:32], len(after.tables)) == ("failed", "The database file is damaged, or", 2)
    with cast.at_harbour():
        place = queries.place(after)
    assert engine.outcome(place, "select count(*) as n from orders").rows == [[2]]


def test_a_database_and_a_table_do_not_take_each_others_place(cast, ledger, orders, tmp_path):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid) as error:
        actions.replace_file(source=ledger, upload=ContentFile(b"a,b\n1,2\n"), file_name="n.csv", by=cast.ben)
    assert error.value.sentence.startswith("A database can be replaced by a database only.")
    with cast.at_harbour(cast.ben), pytest.raises(Invalid) as error:
        actions.replace_file(source=orders, upload=content(1, folder=tmp_path), file_name="n.db", by=cast.ben)
    assert error.value.sentence.startswith("This is a database of tables of its own")


def test_what_is_proposed_is_in_its_own_sql_and_runs(cast, ledger):
    document = proposals.propose(ledger, title="Ledger")
    with cast.at_harbour():
        place = queries.place(ledger)
    answers = {each["name"]: engine.outcome(place, each["sql"]) for each in document["queries"]}
    assert {each.error for each in answers.values()} == {""}
    assert answers["Total amount by month"].rows == [["2026-01-01", 10], ["2026-02-01", 20.5]]


def test_the_pages_show_its_tables_and_no_more(cast, signed_in, ledger):
    ben, here = signed_in(cast.ben), {"organization": cast.harbour.slug}
    page = ben.get(reverse("source", kwargs=here | {"source_id": ledger.pk})).content.decode()
    assert all(each in page for each in ("<code class=\"grow\">orders</code>", "about 2 rows", "Upload a newer file"))
    rows = ben.get(reverse("source-preview", kwargs=here | {"source_id": ledger.pk}) + "?table=orders").content.decode()
    assert "20.5" in rows
    assert "SQLite database" in ben.get(reverse("sources", kwargs=here)).content.decode()
    made = ben.post(reverse("dashboard-new", kwargs=here), {"name": "Ledger", "source": ledger.public_id})
    assert made.status_code == 302


def test_a_program_asks_it(cast, ledger):
    mine = program(cast.at_harbour, cast.ann)
    tables = mine.get(f"sources/{ledger.public_id}/tables").json()["tables"]
    assert [each["name"] for each in tables] == ['"group"', "orders"]
    asked = mine.post(f"sources/{ledger.public_id}/queries", {"sql": "select count(*) from orders"})
    assert asked.json()["rows"] == [[2]]
    assert mine.post(f"sources/{ledger.public_id}/queries", {"sql": "drop table orders"}).status_code == 422


def test_it_is_deleted_with_its_file(cast, ledger):
    with cast.at_harbour(cast.ben):
        path = queries.place(ledger).path
        actions.delete_source(source=queries.source(ledger.pk))
        assert queries.readable_sources() == []
    assert path.exists()  # the test's transaction never ends: the bytes go at its commit
