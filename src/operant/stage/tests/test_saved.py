import pytest
from django.urls import reverse

from operant.platform import clock
from operant.platform.refusals import Invalid, NotFound, Refusal
from operant.stage import actions, document, events, ids, logbook, queries, saved, text
from operant.stage.document import reading
from operant.stage.models import LoggedRun, Result, SavedQuery
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.cast import signed_in
from operant.testing.queue import run_jobs

REGIONS = "select region, sum(revenue) as revenue from {} where region = :region group by region"


def asked(orders, **other):
    """A query of Harbour's orders, as documents have it."""
    region = {"name": "region", "type": "text", "value": "North"}
    return {
        "name": "Revenue by region", "source": orders.public_id, "sql": REGIONS.format(orders.table_name), "refresh_seconds": 300,
        "parameters": [region], "columns": [{"column": "revenue", "format": "currency", "currency": "EUR"}], **other,
    }  # fmt: skip


def using(row, *, title="Pulse", widgets=1, **other):
    """A document in which so many widgets show a saved query."""
    made = things.text_document(title)
    made["queries"] = [{"id": "q1", **saved.content(row), **other}]
    made["widgets"] = [
        {"id": f"w{at}", "kind": "number", "title": "", "x": 4 * at, "y": 0, "w": 4, "h": 4, "query": "q1",
         "options": {"value": "revenue"}}
        for at in range(widgets)
    ]  # fmt: skip
    return made


@pytest.fixture
def regions(cast, orders):
    """Harbour's saved query “Revenue by region”."""
    with cast.at_harbour(cast.ben):
        return actions.save_query(query=asked(orders), description="Net of returns", by=cast.ben)


@pytest.fixture
def two(cast, regions):
    """Two published dashboards that use it: one widget on the first, two on the second."""
    with cast.at_harbour(cast.ben):
        contents = [using(regions, title="Company pulse"), using(regions, title="Sales", widgets=2)]
        return [things.published(cast.ben, name=each["title"], content=each).dashboard for each in contents]


def test_a_query_is_saved_once_for_every_dashboard(cast, orders, announced):
    with cast.at_harbour(cast.ben):
        query = asked(orders, steps=[{"kind": "pick", "columns": ["revenue"]}])
        made = actions.save_query(query=query, description=" Net ", by=cast.ben)
        [kept] = saved.everything()
    assert (kept.name, kept.description, kept.revision, kept.created_by) == ("Revenue by region", "Net", 1, cast.ben)
    assert (kept.parameters, kept.steps) == (asked(orders)["parameters"], [{"kind": "pick", "columns": ["revenue"]}])
    assert announced == [
        events.QuerySaved(query_id=made.public_id, name="Revenue by region", source="Orders", saved_by="Ben")
    ]


@pytest.mark.parametrize(("other", "sentence"), [
    ({"name": " "}, "A saved query needs a name."),
    ({"source": ""}, "choose one"),
    ({"sql": " \n"}, "needs SQL"),
    ({"source": "src_111111111111111111111V"}, "does not exist"),
    ({"parameters": [{"name": "region", "type": "variable", "variable": "region"}]}, "There is no variable called region."),
    ({"columns": [{"column": "revenue", "format": "currency", "currency": "XQZ"}]}, "XQZ is no currency"),
    ({"columns": [{"column": "revenue", "unit": "x" * 40}]}, "longer than 20 characters"),
    ({"columns": [{"column": "a"}, {"column": "a"}]}, "stands here twice"),
    ({"refresh_seconds": 1}, "at least 10"),
    ({"sql": 7}, "must be text"),
])  # fmt: skip
def test_what_cannot_be_saved_is_said(cast, orders, other, sentence):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid, match=sentence):
        actions.save_query(query=asked(orders, **other), by=cast.ben)


def test_a_name_stands_for_one_saved_query(cast, orders, regions):
    with cast.at_harbour(cast.ben), pytest.raises(Refusal, match="already. Choose another name"):
        actions.save_query(query=asked(orders), by=cast.ben)


def test_drafts_follow_at_once_and_what_is_published_stays(cast, orders, regions, two, announced):
    before = [each.published.document for each in two]
    announced.clear()
    with cast.at_harbour(cast.ben):
        one = asked(orders, sql="select 1 as revenue", parameters=[])
        changed = actions.change_saved(saved=regions, query=one, by=cast.ben, revision=1)
        now = [queries.dashboard(each.pk) for each in two]
        assert [each.draft["queries"] for each in now] == [[{"id": "q1", **saved.content(changed)}]] * 2
        assert [each.published.document for each in now] == before
        assert [each.has_changes for each in now] == [True, True]
        assert [(each.dashboard.name, each.widgets, each.is_behind) for each in saved.places(changed)] == [
            ("Company pulse", 1, True), ("Sales", 2, True),
        ]  # fmt: skip
    assert announced == [
        events.SavedQueryChanged(
            query_id=regions.public_id, name="Revenue by region", what="SQL, parameters", reach="3 widgets on 2 dashboards",
            changed_by="Ben",
        )
    ]  # fmt: skip


def test_publishing_with_it_changes_nothing_else(cast, orders, regions, two):
    pulse, sales = two
    with cast.at_harbour(cast.ben):
        edited = {**pulse.draft, "widgets": [{**pulse.draft["widgets"][0], "title": "Half done"}]}
        actions.save_draft(dashboard=pulse, revision=pulse.revision, document=edited)
        changed = actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ben)
        made = actions.publish_saved(saved=changed, dashboards=[pulse.pk, sales.pk], by=cast.ben)
        pulse, sales = (queries.dashboard(each.pk) for each in two)
        assert ([each.number for each in made.versions], made.refused) == ([2, 2], [])
        now = [{"id": "q1", **saved.content(changed)}]
        assert pulse.published.document == {**two[0].published.document, "queries": now}
        assert (pulse.draft["widgets"][0]["title"], pulse.has_changes, sales.has_changes) == ("Half done", True, False)
        assert [each.is_behind for each in saved.places(changed)] == [False, False]
        assert actions.publish_saved(saved=changed, dashboards=[sales.pk], by=cast.ben).versions == []


def test_one_that_cannot_be_kept_any_more_does_not_hold_up_the_others(cast, orders, regions, monkeypatch):
    with cast.at_harbour(cast.ben):
        old = using(regions, title="Company pulse")
        old["widgets"][0]["options"] |= {"format": "currency", "currency": "XQZ"}
        with monkeypatch.context() as before:
            # The letters of a currency were not looked at once.
            before.setattr(reading, "CODES", reading.CODES | {"XQZ"})
            pulse = things.published(cast.ben, name="Company pulse", content=old).dashboard
        sales = things.published(cast.ben, name="Sales", content=using(regions, title="Sales")).dashboard
        changed = actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ben)
    sentence = "One thing in this dashboard cannot be kept as it is. XQZ is no currency."
    wanted = {"dashboards": [pulse.public_id, sales.public_id]}
    answer = program(cast.at_harbour, cast.ann).post(f"saved-queries/{changed.public_id}/publications", wanted).json()
    assert [(each["name"], each["reason"].startswith(sentence)) for each in answer["refused"]] == [("Company pulse", True)]
    with cast.at_harbour():
        assert [queries.dashboard(each.pk).published.number for each in (pulse, sales)] == [1, 2]
    page = signed_in(cast.ben).post(
        reverse("saved-query-publications", args=["harbour", changed.pk]), {"dashboard": [pulse.public_id]}, follow=True
    ).text
    assert ("Company pulse was not published." in page, "Nothing was published" in page) == (True, False)


def test_an_older_version_is_published_again_as_it_was(cast, orders, regions, two):
    with cast.at_harbour(cast.ben):
        actions.change_saved(saved=regions, query=asked(orders, sql="select 2 as revenue", parameters=[]), by=cast.ben)
        actions.publish_saved(saved=regions, dashboards=[two[0].pk], by=cast.ben)
        first = queries.numbered(two[0], 1)
        again = actions.publish_again(version=queries.version(first.pk), by=cast.ben)
        assert again.document == first.document
        actions.restore(version=queries.version(first.pk))
        assert queries.dashboard(two[0].pk).draft["queries"][0]["sql"] == "select 2 as revenue"


def test_a_use_sets_its_own_values_and_says_nothing_else(cast, orders, regions):
    south = [{"name": "region", "type": "text", "value": "South"}]
    with cast.at_harbour(cast.ben):
        board = things.dashboard(cast.ben, name="South", content=using(regions, title="South", parameters=south))
        assert board.draft["queries"][0]["parameters"] == south
        other = using(regions, title="South", sql="select 1")
        with pytest.raises(document.InvalidDocument) as refused:
            actions.save_draft(dashboard=board, revision=1, document=other)
        message = (
            "“Revenue by region” is a saved query and says something else. Change it there, or leave “saved” out to keep a "
            "copy here."
        )
        assert refused.value.details["fields"] == [{"path": "queries.0.saved", "message": message}]
        unknown = using(regions, title="South", saved=ids.public_id(ids.SAVED, board.pk))
        with pytest.raises(document.InvalidDocument, match="There is no saved query"):
            actions.save_draft(dashboard=board, revision=1, document=unknown)
        actions.change_saved(saved=regions, query=asked(orders, name="By region"), by=cast.ben)
        [now] = queries.dashboard(board.pk).draft["queries"]
        assert (now["name"], now["parameters"]) == ("By region", south)


def test_who_had_the_draft_open_meanwhile_loses_nothing(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        board = things.dashboard(cast.ben, content=using(regions))
        SavedQuery.objects.filter(pk=regions.pk).update(sql="select 3 as revenue")
        # A change that the draft has not heard of: what its author left alone is brought up to date with the next save.
        kept = actions.save_draft(dashboard=board, revision=1, document={**board.draft, "title": "Renamed"})
        assert (kept.name, kept.draft["queries"][0]["sql"]) == ("Renamed", "select 3 as revenue")


def test_two_who_edit_it_do_not_overwrite_each_other(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        actions.change_saved(saved=regions, query=asked(orders, name="One"), by=cast.ben, revision=1)
        with pytest.raises(Refusal, match="in the meantime") as moved:
            actions.change_saved(saved=regions, query=asked(orders, name="Two"), by=cast.ann, revision=1)
        assert (moved.value.details, saved.one(regions.pk).name) == ({"revision": 2}, "One")


def test_deleting_leaves_each_dashboard_a_copy(cast, regions, two, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        actions.delete_saved(saved=regions, by=cast.ben)
        drafts = [queries.dashboard(each.pk).draft for each in two]
        copy = {name: value for name, value in saved.content(regions).items() if name != "saved"}
        assert [each["queries"] for each in drafts] == [[{"id": "q1", **copy}]] * 2
        assert [queries.dashboard(each.pk).published.number for each in two] == [1, 1]
        with pytest.raises(NotFound):
            saved.one(regions.pk)
        # The version still names what is gone, and comes back as a copy.
        actions.restore(version=queries.numbered(two[0], 1))
        assert queries.dashboard(two[0].pk).draft["queries"] == drafts[0]["queries"]
    assert announced[0] == events.SavedQueryDeleted(
        query_id=regions.public_id, name="Revenue by region", reach="3 widgets on 2 dashboards", deleted_by="Ben"
    )


def test_its_source_stays_as_long_as_it_asks(cast, orders, regions):
    with cast.at_harbour(cast.ben), pytest.raises(Refusal, match="Orders is asked by saved queries: Revenue by region"):
        actions.delete_source(source=orders)


def test_all_dashboards_together_ask_once(cast, orders, regions, two):
    run_jobs()
    with cast.at_harbour(cast.ben):
        [result] = Result.objects.filter(sql=regions.sql)
        assert LoggedRun.objects.filter(key=logbook.asked_key(result)).count() == 1
        cost = saved.costs([regions])[regions.pk]
        assert (cost.runs, cost.rows, cost.failed, cost.last_at is not None) == (1, 1, 0, True)


def test_its_cost_is_that_of_a_day_whatever_it_is_asked_with(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        for region in ("North", "South"):
            given = [{"name": "region", "type": "text", "value": region}]
            things.published(cast.ben, name=region, content=using(regions, title=region, parameters=given))
    run_jobs()
    with cast.at_harbour(cast.ben):
        LoggedRun.objects.update(duration_ms=40)
        assert saved.costs([regions])[regions.pk].milliseconds == 80
        LoggedRun.objects.update(at=clock.now() - logbook.ONE_DAY)
        cost = saved.costs([regions])[regions.pk]
        assert (cost.runs, cost.milliseconds, cost.rows) == (0, 0, 0)


def test_what_a_variable_sets_is_saved_with_its_default():
    query = {"name": "x", "sql": ":region", "parameters": [{"name": "region", "type": "variable", "variable": "place"}]}
    variables = [{"name": "place", "label": "Place", "type": "text", "default": "North"}]
    region = {"name": "region", "type": "text", "value": "North"}
    assert actions.own_values(query, {"variables": variables})["parameters"] == [region]


def test_a_text_names_it_and_reads_back(cast, orders, regions, two):
    with cast.at_harbour(cast.ben):
        labels, contents = queries.source_labels(), saved.contents()
        words = text.written(two[0].draft, labels, contents)
        assert "queries:\n  revenue-by-region:\n    saved: Revenue by region\n" in words
        assert text.read(words, labels, two[0].draft, saved=contents) == two[0].draft
        line = "saved: Revenue by region\n"
        south = words.replace(line, line + "    parameters: [{name: region, type: text, value: South}]\n")
        assert text.read(south, labels, saved=contents)["queries"][0]["parameters"][0]["value"] == "South"
        with pytest.raises(text.InvalidText, match="no saved query called “Revenue by region” here. Import it first."):
            text.read(words, labels)
        with pytest.raises(text.InvalidText, match="The saved query says this"):
            text.read(words.replace(line, line + "    sql: select 1\n"), labels, saved=contents)
        SavedQuery.objects.update(sql="select 4 as revenue")
        earlier = text.written(two[0].draft, labels, saved.contents())
        assert "saved:" not in earlier
        assert text.read(earlier, labels)["queries"][0]["sql"] == regions.sql


def test_its_own_text_makes_it_and_changes_it(cast, orders, regions):
    with cast.at_harbour(cast.ben):
        words = text.written_saved(saved.content(regions), regions.description, queries.source_labels())
        assert text.is_saved(words)
        assert [actions.saved_from_text(words=words, by=cast.ben)[1] for _ in range(2)] == ["is that already"] * 2
        assert actions.saved_from_text(words=words.replace("300", "60"), by=cast.ben)[1] == "was changed"
        assert actions.saved_from_text(words=words.replace("Revenue by", "Income by"), by=cast.ben)[1] == "was created"
        assert [(each.name, each.refresh_seconds, each.description) for each in saved.everything()] == [
            ("Income by region", 300, "Net of returns"), ("Revenue by region", 60, "Net of returns"),
        ]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "sentence"), [
    ("format: 1", "format: 2", "begins with “format: 1”"),
    ("source: Orders", "source: Odours", "There is no data source called “Odours” here."),
    ("refresh_seconds: 300", "refresh_seconds: often", "Line 5, refresh_seconds: This must be a whole number."),
    ("description: Net of returns", "description: 7", "This must be text"),
    ("sql:", "sequel:", "sql: This is missing. 1 more mistake below."),
])  # fmt: skip
def test_a_mistake_in_its_text_has_a_line(cast, orders, regions, before, after, sentence):
    with cast.at_harbour(cast.ben):
        words = text.written_saved(saved.content(regions), regions.description, queries.source_labels())
        with pytest.raises(text.InvalidText, match=sentence):
            actions.saved_from_text(words=words.replace(before, after), by=cast.ben)
