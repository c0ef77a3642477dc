"""What a source was before is kept, and what would break waits for somebody to decide."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from operant.platform import clock
from operant.platform.files import sandbox
from operant.platform.files.models import File
from operant.platform.queue import waits
from operant.platform.refusals import Invalid, NotFound, Refusal
from operant.stage import actions, breaking, earlier, engine, events, jobs, queries, schemas
from operant.stage.models import Source, SourceVersion
from operant.stage.web import source_versions
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.cast import signed_in
from operant.testing.queue import run_jobs

NEWER = "month,region,revenue\n2026-04-01,West,5\n"
RENAMED = "month,region,turnover\n2026-04-01,West,5\n"


def replaced(cast, source, csv, name="newer.csv"):
    with cast.at_harbour(cast.ben):
        actions.replace_file(source=source, upload=ContentFile(csv.encode()), file_name=name, by=cast.ben)
    worked()
    with cast.at_harbour():
        return queries.source(source.pk)


def worked():
    waits.sweep()
    run_jobs()


def total(source):
    return engine.ask(queries.place(source), "select sum(revenue) from orders", engine.PREVIEW).rows


def lines(source):
    return [(each.number, each.state, each.file, each.rows, each.by and each.by.name) for each in earlier.versions(source)]


def address(cast, source, number, name="source-version"):
    return reverse(name, args=["harbour", source.pk, number])


def test_what_a_newer_file_replaces_is_kept_and_can_be_used_again(cast, orders, announced):
    after = replaced(cast, orders, NEWER)
    announced.clear()
    with cast.at_harbour(cast.ben):
        assert lines(after) == [(2, "in_use", "newer.csv", 1, "Ben"), (1, "kept", "Orders.csv", 3, "Ben")]
        assert total(after) == [[5]]
        assert actions.use_version(source=after, number=1, by=cast.ben) == 2
        again = queries.source(orders.pk)
        assert (total(again), again.rows, again.file.name) == ([[60]], 3, "Orders.csv")
        assert lines(again) == [(2, "kept", "newer.csv", 1, "Ben"), (1, "in_use", "Orders.csv", 3, "Ben")]
        # Taking it back is the same once more.
        assert actions.use_version(source=again, number=2, by=cast.ben) == 1
        assert total(queries.source(orders.pk)) == [[5]]
    assert announced[0] == events.SourceVersionUsed(
        source_id=orders.public_id, name="Orders", number=1, before=2, used_by="Ben"
    )
    third = replaced(cast, orders, NEWER)
    assert third.number == 3


def test_only_so_many_are_kept_and_their_files_go(cast, orders, settings):
    settings.SOURCE_VERSIONS = 2
    for _ in range(4):
        after = replaced(cast, orders, NEWER)
    with cast.at_harbour():
        assert [each.number for each in earlier.versions(after)] == [5, 4, 3]
        assert File.objects.count() == 6


def test_none_is_kept_where_the_operator_says_so(cast, orders, settings):
    settings.SOURCE_VERSIONS = 0
    after = replaced(cast, orders, NEWER)
    with cast.at_harbour():
        assert (lines(after), File.objects.count()) == ([(2, "in_use", "newer.csv", 1, "Ben")], 2)


def test_a_file_that_would_break_a_widget_waits_until_somebody_decides(cast, orders, announced):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
    announced.clear()
    after = replaced(cast, orders, RENAMED)
    with cast.at_harbour(cast.ben):
        assert lines(after) == [(2, "waiting", "newer.csv", 1, "Ben"), (1, "in_use", "Orders.csv", 3, "Ben")]
        assert (after.state, after.error, after.upload, total(after)) == ("ready", "", None, [[60]])
        waiting = earlier.waiting(after)
        change = earlier.change(after, waiting)
        assert change.sentences == ["revenue is gone.", "turnover is new."]
        places = queries.place(after), earlier.place(after, waiting)
        [found] = breaking.breaks(breaking.readings(after), *places, change=change).breaks
        assert found == breaking.Break("Pulse", "Revenue", "It uses revenue, which is gone.")
    assert announced[-1] == events.SourceVersionWaits(
        source_id=orders.public_id, name="Orders", number=2, why="with it, Revenue on Pulse would not work any more"
    )
    with cast.at_harbour(cast.ben):
        actions.use_version(source=after, number=2, by=cast.ben)
        used = queries.source(orders.pk)
        assert (used.number, [each["name"] for each in used.columns]) == (2, ["month", "region", "turnover"])
        assert earlier.waiting(used) is None


def test_a_newer_file_takes_the_place_of_one_that_waits(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
    replaced(cast, orders, RENAMED)
    replaced(cast, orders, RENAMED, "renamed.csv")
    after = replaced(cast, orders, NEWER)
    with cast.at_harbour():
        assert lines(after) == [
            (4, "in_use", "newer.csv", 1, "Ben"), (3, "kept", "renamed.csv", 1, "Ben"), (1, "kept", "Orders.csv", 3, "Ben"),
        ]  # fmt: skip


def test_columns_that_nobody_needs_may_go(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
    after = replaced(cast, orders, "month,revenue\n2026-04-01,5\n")
    with cast.at_harbour():
        assert (after.number, [each.changes for each in earlier.versions(after)]) == (2, [["region is gone."], []])


def test_what_was_broken_before_is_nobodys_news(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(orders, "select lost as revenue from orders"))
    assert replaced(cast, orders, RENAMED).number == 2


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"x": "month", "y": ["revenue", "gone"]}, "line"), ({"columns": [{"column": "gone"}]}, "table"),
     ({"value": "revenue", "compare": "gone"}, "number"), ({"names": "gone", "value": "revenue"}, "donut")],
)  # fmt: skip
def test_each_column_that_a_widget_names_is_looked_for(cast, orders, options, kind):
    """The answer still comes, but not with the column that is shown."""
    with cast.at_harbour(cast.ben):
        found = things.document(orders, "select * from orders")
        found["widgets"][0] |= {"kind": kind, "options": options}
        things.dashboard(cast.ben, content=found)
        before = things.source(cast.ben, name="More", csv="month,revenue,gone\n2026-01-01,1,2\n")
        [broken] = breaking.breaks(
            breaking.readings(orders), engine.FileTable("orders", queries.place(before).parquet), queries.place(orders)
        ).breaks
    assert broken.why == "The answer has no column gone."


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        # Without the column, the name of the table stands for the whole row.
        ("select co2 as revenue from co2 limit 1", "It uses co2, which is gone."),
        ("select count(co2) as revenue from co2", "It uses co2, which is gone."),
        ("select avg(co2) as revenue from co2", "It uses co2, which is gone."),
        ("select sum(n) as revenue from co2", "It uses n, which was a whole number and is text now."),
        ("select max(n) as revenue from co2", "It uses n, which was a whole number and is text now."),
        ("select * rename (co2 as revenue) from co2", "It uses co2, which is gone."),
        ("select count(*) as revenue from co2 where co2.day is not null", None),
    ],
)
def test_what_breaks_is_told_in_our_words_also_where_a_column_is_called_like_its_table(cast, tmp_path, sql, why):
    with cast.at_harbour(cast.ben):
        source = things.source(cast.ben, name="co2", csv="day,co2,n\n2026-01-01,315.5,1\n")
        things.published(cast.ben, content=things.document(source, sql))
        asked, before = breaking.readings(source), queries.place(source)
        columns = schemas.types(source.columns)
    (tmp_path / "newer.csv").write_text("day,ppm,n\n2026-01-01,315.5,x\n")
    made = sandbox.convert(tmp_path / "newer.csv", "csv")
    change = schemas.difference(columns, schemas.types([vars(each) for each in made.columns]))
    found = breaking.breaks(asked, before, engine.FileTable("co2", made.parquet_path), change=change)
    assert [each.why for each in found.breaks] == ([why] if why else [])


TAGGED = '[{"day": "2026-01-01", "place": "A", "tags": ["x"]}, {"day": "2026-01-02", "place": "B", "tags": ["y", "z"]}]'


@pytest.mark.parametrize("sql", ["select * from tagged", "select day, place, tags from tagged"])
def test_a_table_that_shows_json_is_looked_after_like_any_other(cast, tmp_path, sql):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(TAGGED.encode()), file_name="tagged.json", by=cast.ben)
    worked()
    with cast.at_harbour(cast.ben):
        source = queries.source(made.pk)
        content = things.document(source, sql)
        listed = [{"column": name} for name in ("day", "place", "tags")]
        content["widgets"][0] |= {"kind": "table", "title": "Places", "options": {"columns": listed}}
        things.published(cast.ben, name="Pulse", content=content)
        asked, before, columns = breaking.readings(source), queries.place(source), schemas.types(source.columns)
    assert columns["tags"] == "json"

    def broken(text):
        (tmp_path / "newer.json").write_text(text)
        newer = sandbox.convert(tmp_path / "newer.json", "json")
        change = schemas.difference(columns, schemas.types([vars(each) for each in newer.columns]))
        return breaking.breaks(asked, before, engine.FileTable("tagged", newer.parquet_path), change=change)

    assert [broken(TAGGED), broken(TAGGED.replace("day", "date")), broken(TAGGED.replace("tags", "words"))] == [
        breaking.NOTHING,
        breaking.Found([breaking.Break("Pulse", "Places", "It uses day, which is gone.")]),
        breaking.Found([breaking.Break("Pulse", "Places", "It uses tags, which is gone.")]),
    ]


def test_there_is_an_end_to_asking(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(orders))
        found = breaking.breaks(breaking.readings(orders), queries.place(orders), queries.place(orders), seconds=-1)
    assert found == breaking.Found([], [breaking.Break("Notes", "Revenue", "There was not the time to ask it.")])


def test_what_there_was_no_time_to_ask_holds_a_file_back_too(cast, orders, announced, monkeypatch):
    monkeypatch.setattr(jobs, "CHECKING_SECONDS", -1)
    monkeypatch.setattr(source_versions, "SECONDS", -1)
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
    announced.clear()
    after = replaced(cast, orders, RENAMED)
    with cast.at_harbour(cast.ben):
        assert lines(after) == [(2, "waiting", "newer.csv", 1, "Ben"), (1, "in_use", "Orders.csv", 3, "Ben")]
    assert announced[-1] == events.SourceVersionWaits(
        source_id=orders.public_id, name="Orders", number=2, why="Revenue on Pulse could not be checked"
    )
    why = "Not everything that reads it could be asked whether it would work."
    listed = program(cast.at_harbour, cast.ann).get(f"sources/{orders.public_id}/versions").json()["versions"]
    assert [each["why"] for each in listed] == [why, None]
    ben = signed_in(cast.ben)
    assert why in ben.get(reverse("source", args=["harbour", orders.pk])).content.decode()
    asked = ben.get(address(cast, after, 2, "source-version-breaks")).content.decode()
    shown = ("There was not the time to ask it.", "Everything that works now", "Use it anyway")
    assert [each in asked for each in shown] == [True, False, True]


@pytest.mark.parametrize(("refused", "why"), [
    (sandbox.TooSlow("This took longer than 10 seconds."), "This took longer than 10 seconds."),
    (sandbox.SandboxBroken("No process."), "It could not be asked because of a fault in Operant."),
])  # fmt: skip
def test_what_could_not_be_checked_is_named_and_holds_back(cast, orders, announced, monkeypatch, refused, why):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
        works, ask_as_ever = queries.place(orders), engine.ask

    def ask(place, *given):
        if place == works:
            return ask_as_ever(place, *given)
        raise refused

    announced.clear()
    monkeypatch.setattr(engine, "ask", ask)
    after = replaced(cast, orders, RENAMED)
    with cast.at_harbour(cast.ben):
        assert [each.state for each in earlier.versions(after)] == ["waiting", "in_use"]
    assert announced[-1] == events.SourceVersionWaits(
        source_id=orders.public_id, name="Orders", number=2, why="Revenue on Pulse could not be checked"
    )
    asked = signed_in(cast.ben).get(address(cast, after, 2, "source-version-breaks")).content.decode()
    shown = ("This was not checked", f"<strong>Revenue</strong> on Pulse: {why}", "Everything that works now", "Use it anyway")
    assert [each in asked for each in shown] == [True, True, False, True]


@pytest.mark.parametrize(("refused", "number"), [
    (sandbox.TooSlow("This took longer than 10 seconds."), 2), (sandbox.TooBig("This needs too much memory."), 2),
    (sandbox.Busy("The server is busy."), 1),
])  # fmt: skip
def test_what_is_too_slow_today_is_nobodys_news_but_a_busy_server_tells_nothing(cast, orders, monkeypatch, refused, number):
    def ask(*_given):
        raise refused

    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(orders))
    monkeypatch.setattr(engine, "ask", ask)
    assert replaced(cast, orders, RENAMED).number == number


def test_a_version_is_deleted_with_its_files(cast, orders, announced):
    after = replaced(cast, orders, NEWER)
    with cast.at_harbour(cast.ben):
        actions.delete_version(source=after, number=1, by=cast.ben)
        assert (lines(queries.source(orders.pk)), File.objects.count()) == ([(2, "in_use", "newer.csv", 1, "Ben")], 2)
        for number in (1, 2, 9):
            with pytest.raises(NotFound):
                actions.delete_version(source=after, number=number, by=cast.ben)
            with pytest.raises(NotFound):
                actions.use_version(source=after, number=number, by=cast.ben)
    assert announced[-1] == events.SourceVersionDeleted(
        source_id=orders.public_id, name="Orders", number=1, deleted_by="Ben"
    )


def test_a_source_goes_with_all_its_versions(cast, orders):
    after = replaced(cast, orders, NEWER)
    with cast.at_harbour(cast.ben):
        actions.delete_source(source=after)
        assert (SourceVersion.objects.count(), File.objects.count()) == (0, 0)


def test_versions_count_against_the_quota(cast, orders, settings):
    with cast.at_harbour():
        settings.FILE_QUOTA = sum(File.objects.values_list("size", flat=True)) + 60
    with cast.at_harbour(cast.ben), pytest.raises(Invalid, match="There is no room"):
        actions.replace_file(source=orders, upload=ContentFile(NEWER.encode() * 3), file_name="newer.csv", by=cast.ben)


def test_a_database_file_keeps_versions_too(cast, tmp_path):
    import sqlite3

    def database(*statements):
        path = tmp_path / "shop.db"
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as made:
            for each in statements:
                made.execute(each)
        made.close()
        return ContentFile(path.read_bytes())

    with cast.at_harbour(cast.ben):
        shop = actions.upload(upload=database("create table sales (total int)"), file_name="shop.db", by=cast.ben)
    worked()
    with cast.at_harbour(cast.ben):
        shop = queries.source(shop.pk)
        document = things.document(shop, "select sum(total) as revenue from sales")
        things.published(cast.ben, name="Till", content=document)
        newer = database("create table sales (amount int)")
        actions.replace_file(source=shop, upload=newer, file_name="shop.db", by=cast.ben)
    worked()
    with cast.at_harbour():
        waiting = earlier.waiting(queries.source(shop.pk))
        assert earlier.change(shop, waiting).sentences == ["sales.total is gone.", "sales.amount is new."]


@pytest.fixture
def sales(cast):
    with cast.at_harbour(cast.ben):
        made = actions.declare(name="Sales", columns=[("region", "text")], by=cast.ben)
    run_jobs()
    with cast.at_harbour():
        return queries.source(made.pk)


def pushed(cast, source, *regions, replaces):
    with cast.at_harbour(cast.ben):
        actions.push(source=source, rows=[{"region": each} for each in regions], replaces=replaces)
    run_jobs()
    with cast.at_harbour():
        return queries.source(source.pk)


def test_replacing_the_rows_of_a_dataset_makes_a_version_and_adding_makes_none(cast, sales):
    pushed(cast, sales, "North", replaces=True)  # there was nothing to keep
    pushed(cast, sales, "South", replaces=False)
    after = pushed(cast, sales, "West", replaces=True)
    with cast.at_harbour(cast.ben):
        assert lines(after) == [(2, "in_use", None, 1, None), (1, "kept", None, 2, None)]
        actions.use_version(source=after, number=1, by=cast.ben)
    after = pushed(cast, sales, "East", replaces=False)
    with cast.at_harbour():
        found = engine.ask(queries.place(after), "select region from sales", engine.PREVIEW).rows
        assert (found, after.number) == ([["North"], ["South"], ["East"]], 1)


def test_the_rows_of_a_dataset_are_downloaded_by_who_may_change_it(cast, sales, orders):
    pushed(cast, sales, "North", replaces=True)
    rows, file = pushed(cast, sales, "West", replaces=True), replaced(cast, orders, NEWER)
    found = {}
    for who in (cast.ben, cast.cleo):
        browser = signed_in(who)
        found[who.name] = [browser.get(address(cast, each, 1, "source-version-file")).status_code for each in (rows, file)]
        found[who.name] += ["Download" in browser.get(address(cast, each, 1)).text for each in (rows, file)]
    assert found == {"Ben": [302, 302, True, True], "Cleo": [403, 302, False, True]}


def test_rows_of_programs_push_the_oldest_version_out_where_there_is_no_room(cast, sales, settings):
    for each in "abc":
        after = pushed(cast, sales, each, replaces=True)
    with cast.at_harbour():
        assert [each.number for each in earlier.versions(after)] == [3, 2, 1]
        settings.FILE_QUOTA = sum(File.objects.values_list("size", flat=True)) + 10
    after = pushed(cast, sales, "d", replaces=True)
    with cast.at_harbour():
        assert (after.error, [each.number for each in earlier.versions(after)]) == ("", [4, 3, 2])


def test_a_dataset_that_rows_are_put_into_is_not_turned_round(cast, sales):
    pushed(cast, sales, "a", replaces=True)
    after = pushed(cast, sales, "b", replaces=True)
    with cast.at_harbour(cast.ben):
        actions.push(source=after, rows=[{"region": "c"}], replaces=False)
        assert actions.begin_folding(source_id=after.pk)
        with pytest.raises(Refusal, match="at the moment"):
            actions.use_version(source=after, number=1, by=cast.ben)


def test_what_was_folded_into_another_version_does_not_take_the_place_of_this_one(cast, sales, tmp_path):
    pushed(cast, sales, "a", replaces=True)
    after = pushed(cast, sales, "b", replaces=True)
    with clock.frozen():
        with cast.at_harbour(cast.ben):
            actions.push(source=after, rows=[{"region": "c"}], replaces=False)
            folding = actions.begin_folding(source_id=after.pk)
        (tmp_path / "rows").write_text("\n".join(folding.content))
        late = sandbox.gather(folding.columns, before=folding.before, since=tmp_path / "rows", to=tmp_path / "table.parquet")
        clock.advance(timedelta(seconds=91))
        with cast.at_harbour(cast.ben):
            actions.use_version(source=after, number=1, by=cast.ben)
            actions.finish_folding(folding=folding, converted=late)
            now = queries.source(after.pk)
            assert engine.ask(queries.place(now), "select region from sales", engine.PREVIEW).rows == [["a"]]
        worked()
    with cast.at_harbour():
        # The rows are not lost: they are put into what is in use.
        now = queries.source(after.pk)
        found = engine.ask(queries.place(now), "select region from sales", engine.PREVIEW).rows
        assert (found, lines(now)) == ([["a"], ["c"]], [(2, "kept", None, 1, None), (1, "in_use", None, 2, None)])


def test_differences_are_said_in_words():
    found = schemas.difference({"zip": "integer", "day": "date", "a": "text"}, {"zip": "text", "day": "date", "b": "float"})
    assert found.sentences == ["a is gone.", "zip was a whole number and is text now.", "b is new."]
    many = schemas.difference({}, {f"c{number}": "text" for number in range(12)})
    assert (many.sentences[-1], len(many.sentences), many.may_break) == ("And 4 more.", 9, False)


def test_the_page_names_what_breaks_and_one_click_takes_it_back(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
    source = replaced(cast, orders, RENAMED)
    ben = signed_in(cast.ben)
    page = ben.get(reverse("source", args=["harbour", orders.pk])).content.decode()
    assert ("Version 2 was read and is not in use yet" in page, "revenue is gone." in page) == (True, True)
    assert "turnover is new." in ben.get(address(cast, source, 2)).content.decode()
    broken = ben.get(address(cast, source, 2, "source-version-breaks")).content.decode()
    shown = ("<strong>Revenue</strong> on Pulse: It uses revenue, which is gone.", "Use it anyway")
    assert [each in broken for each in shown] == [True, True]
    ben.post(address(cast, source, 2, "source-version-use"))
    with cast.at_harbour():
        assert Source.objects.get().number == 2
    ben.post(address(cast, source, 1, "source-version-use"))
    with cast.at_harbour():
        assert Source.objects.get().number == 1
    assert ben.get(address(cast, source, 2, "source-version-file")).status_code == 302
    assert ben.post(address(cast, source, 2, "source-version-deletion")).status_code == 302
    assert ben.get(address(cast, source, 2)).status_code == 404


def test_who_only_looks_changes_nothing(cast, orders):
    source = replaced(cast, orders, NEWER)
    cleo = signed_in(cast.cleo)
    seen = cleo.get(address(cast, source, 1, "source-version-breaks")).content.decode()
    assert ("No dashboard reads it yet" in seen, "Use this version" in seen) == (True, False)
    for name in ("source-version-use", "source-version-deletion"):
        assert cleo.post(address(cast, source, 1, name)).status_code == 403


def test_programs_list_use_and_delete_versions(cast, orders):
    source = replaced(cast, orders, NEWER)
    mine = program(cast.at_harbour, cast.ann)
    listed = mine.get(f"sources/{source.public_id}/versions").json()["versions"]
    assert [(each["number"], each["state"], each["rows"], each["changes"]) for each in listed] == [
        (2, "in_use", 1, []), (1, "kept", 3, []),
    ]  # fmt: skip
    assert mine.put(f"sources/{source.public_id}/version", {"number": 1}).json() == {"number": 1, "before": 2}
    assert mine.put(f"sources/{source.public_id}/version", {"number": 1}).status_code == 404
    assert mine.delete(f"sources/{source.public_id}/versions/2").status_code == 204
    assert [each["number"] for each in mine.get(f"sources/{source.public_id}/versions").json()["versions"]] == [1]
