from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from operant.platform import clock
from operant.platform.files.models import File
from operant.platform.queue import waits
from operant.platform.refusals import Invalid, Refusal
from operant.stage import actions, events, queries
from operant.stage.models import Result, Source, Use
from operant.testing import stage as things
from operant.testing.queue import claim, run_jobs


def uploaded(by, content=things.CSV, name="orders_2026.csv"):
    return actions.upload(upload=ContentFile(content.encode()), file_name=name, by=by)


def worked():
    """What the clock and the worker do about it."""
    return claim("source"), [each for each in run_jobs() if each.startswith("stage.")]


def test_an_uploaded_file_becomes_a_table(cast, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        source = uploaded(cast.ben)
    assert (source.name, source.table_name, source.state) == ("Orders 2026", "orders_2026", "converting")
    assert worked() == (1, ["stage.convert"])
    with cast.at_harbour():
        read = queries.source(source.pk)
        assert (read.state, read.rows, read.error, read.due_at) == ("ready", 3, "", None)
        assert [(each["name"], each["type"]) for each in read.columns] == [
            ("month", "date"), ("region", "text"), ("revenue", "integer")
        ]  # fmt: skip
        assert (read.file.name, read.upload) == ("orders_2026.csv", None)
    assert announced == [
        events.SourceUploaded(
            source_id=source.public_id, name="Orders 2026", file="orders_2026.csv", uploaded_by="Ben"
        ),
        events.SourceConverted(source_id=source.public_id, name="Orders 2026", rows=3),
    ]
    assert worked() == (0, [])


def test_a_file_that_cannot_be_read_says_why_and_is_kept(cast, announced):
    with cast.at_harbour(cast.ben):
        source = uploaded(cast.ben, '[{"a": 1}, {"a": ', "broken.json")
    announced.clear()
    worked()
    with cast.at_harbour():
        failed = queries.source(source.pk)
        assert (failed.state, failed.has_data, failed.original.name) == ("failed", False, "broken.json")
        assert failed.error
    assert announced == [
        events.SourceRejected(source_id=source.public_id, name="Broken", reason=failed.error)
    ]


def test_something_that_is_no_table_is_refused_at_once(cast, db):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid):
        uploaded(cast.ben, "", "empty.csv")


def test_tables_get_free_names_that_sql_takes(cast, db):
    with cast.at_harbour(cast.ben):
        names = ("Größe.csv", "Größe.csv", "2026.csv", "Order.csv", "中.csv")
        found = [uploaded(cast.ben, name=name).table_name for name in names]
    assert found == ["groesse", "groesse_2", "data_2026", "data_order", "data"]


def test_two_files_of_one_name_can_be_told_apart(cast, db):
    with cast.at_harbour(cast.ben):
        assert [uploaded(cast.ben).name for _ in range(3)] == ["Orders 2026", "Orders 2026 2", "Orders 2026 3"]


def test_another_file_takes_the_place_of_the_one_before(cast, orders):
    with cast.at_harbour(cast.ben):
        before = {orders.file_id, orders.parquet_id}
        actions.watch(document=things.document(orders))
        Result.objects.update(due_at=clock.now() + timedelta(hours=1))
        actions.replace_file(
            source=orders, upload=ContentFile(b"month,region,revenue\n2026-01-01,North,5\n"), file_name="new.csv",
            by=cast.ben,
        )
        assert queries.source(orders.pk).has_data
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        after = queries.source(orders.pk)
        assert (after.state, after.rows, after.file.name) == ("ready", 1, "new.csv")
        assert File.objects.filter(pk__in=before).count() == 2  # kept as version 1
        assert File.objects.count() == 4
        assert Result.objects.get().due_at <= clock.now()


def test_a_bad_replacement_leaves_the_data_as_it_was(cast, orders):
    with cast.at_harbour(cast.ben):
        actions.replace_file(
            source=orders, upload=ContentFile(b'[{"a": '), file_name="bad.json", by=cast.ben
        )
    worked()
    with cast.at_harbour():
        after = queries.source(orders.pk)
        assert (after.state, after.rows, after.has_data, after.original.name) == ("failed", 3, True, "bad.json")


def test_a_newer_upload_overtakes_a_reading_under_way(cast, orders):
    with cast.at_harbour(cast.ben):
        actions.replace_file(source=orders, upload=ContentFile(b"a\n1\n"), file_name="one.csv", by=cast.ben)
        late = actions.begin_reading(source_id=orders.pk)
        actions.replace_file(source=orders, upload=ContentFile(b"a\n1\n2\n"), file_name="two.csv", by=cast.ben)
        actions.reject_file(reading=late, reason="too late")
        assert queries.source(orders.pk).state == Source.State.CONVERTING


def test_a_file_that_kills_the_worker_is_given_up(cast, db):
    with cast.at_harbour(cast.ben):
        source = uploaded(cast.ben)
        attempts = [actions.begin_reading(source_id=source.pk) for _ in range(4)]
        assert [bool(each) for each in attempts] == [True, True, True, False]
        assert "given up" in queries.source(source.pk).error


def test_a_name_changes_and_the_table_does_not(cast, orders, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        renamed = actions.rename_source(source=orders, name="Sales")
        actions.rename_source(source=orders, name="Sales")
    assert (renamed.name, renamed.table_name) == ("Sales", "orders")
    assert announced == [events.SourceRenamed(source_id=orders.public_id, before="Orders", name="Sales")]


def test_a_source_that_a_dashboard_reads_is_not_deleted(cast, orders):
    with cast.at_harbour(cast.ben):
        made = actions.create(name="Company pulse", by=cast.ben, source=orders)
        with pytest.raises(Refusal, match="Orders is read by Company pulse"):
            actions.delete_source(source=orders)
        actions.archive(dashboard=made)
        actions.delete_source(source=orders)
        assert not Source.objects.exists()
        assert not File.objects.exists()


def test_a_source_goes_with_its_results(cast, orders, announced):
    with cast.at_harbour(cast.ben):
        actions.watch(document=things.document(orders))
        announced.clear()
        named = orders.public_id
        actions.delete_source(source=orders)
        assert not Result.objects.exists()
    assert announced == [events.SourceDeleted(source_id=named, name="Orders")]


def test_a_source_put_into_a_dashboard_while_it_is_deleted_stays(cast, orders, monkeypatch):
    with cast.at_harbour(cast.ben):
        board = actions.create(name="Pulse", by=cast.ben, source=orders)
        monkeypatch.setattr(queries, "dashboards_reading", lambda source: [])
        monkeypatch.setattr(Use.objects, "filter", lambda **asked: Use.objects.none())
        with pytest.raises(Refusal, match="just now"):
            actions.delete_source(source=orders)
        monkeypatch.undo()
        assert list(queries.dashboards_reading(queries.source(orders.pk))) == [board]


def test_restarts_of_the_house_are_not_held_against_a_file(cast, db):
    with cast.at_harbour(cast.ben):
        source = uploaded(cast.ben)
        for _ in range(5):
            reading = actions.begin_reading(source_id=source.pk)
            actions.give_back_reading(reading=reading)
            late = queries.source(source.pk)
            assert (late.readings, late.state, late.due_at <= clock.now()) == (0, "converting", True)
            actions.reject_file(reading=reading, reason="too late")
    worked()
    with cast.at_harbour():
        assert queries.source(source.pk).state == "ready"
