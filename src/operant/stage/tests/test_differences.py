from copy import deepcopy

import pytest

from operant.platform.refusals import NotFound, Refusal
from operant.stage import actions, comparing, differences, queries
from operant.stage.differences import Change, Line, Property
from operant.testing import stage as things


def widget(key, kind="text", *, x=0, y=0, w=4, h=4, title="", query=None, **options):
    chosen = options or {"text": "Hello"}
    return {"id": key, "kind": kind, "title": title, "x": x, "y": y, "w": w, "h": h, "query": query, "options": chosen}


def query(key, name, sql, source="src_one", seconds=300):
    return {"id": key, "name": name, "source": source, "sql": sql, "refresh_seconds": seconds}


def document(widgets, queries=(), columns=24, title="Pulse"):
    grid = {"columns": columns, "rows": 14}
    return {"format": 1, "title": title, "grid": grid, "queries": list(queries), "widgets": widgets}


BEFORE = document(
    [
        widget("stays", title="Note"),
        widget("gone", x=4),
        widget("other", "bar", x=8, title="Sales", query="q1") | {"options": {"x": "month", "y": ["sum"]}},
        widget("list", "table", x=12, title="Rows", query="q1", columns=[{"column": "month"}, {"column": "sum"}]),
    ],
    [query("q1", "Sales", "select month,\n  sum(x) as sum\nfrom orders"), query("q2", "Spare", "select 1")],
)


def changed():
    after = deepcopy(BEFORE)
    stays, _, bar, table = after["widgets"]
    stays |= {"x": 2, "y": 5, "w": 6, "options": {"text": "Hello", "size": "l"}}
    bar |= {"kind": "line", "options": {"x": "month", "y": ["sum"]}}
    table["options"] = {"columns": [{"column": "month", "label": "When"}, {"column": "cost", "align": "right"}]}
    after["widgets"] = [stays, bar, table, widget("new", x=18)]
    after["queries"] = [query("q1", "Sales", "select month,\n  sum(y) as sum\nfrom orders", "src_two", 60)]
    return {**after, "grid": {"columns": 24, "rows": 20}, "title": "Renamed"}


def test_what_is_different_is_said_in_words():
    found = differences.between(BEFORE, changed(), {"src_one": "Orders", "src_two": "Invoices"})
    assert found == [
        Change("grid", "grid", "The grid", ("changed",), (Property("Cells", "24 × 14", "24 × 20"),)),
        Change("widget", "stays", "Note", ("moved", "resized", "changed"), (
            Property("Place", "column 1, row 1", "column 3, row 6"), Property("Size", "4 × 4", "6 × 4"),
            Property("Size of the text", "m", "l"),
        )),
        Change("widget", "other", "Sales", ("changed",), (
            Property("Kind", "bar", "line"), Property("Query", "Sales", "Sales, changed"),
        )),
        Change("widget", "list", "Rows", ("changed",), (
            Property("Query", "Sales", "Sales, changed"), Property("Columns", "month, sum", "month, cost"),
            Property("month: label", "none", "When"),
        )),
        Change("widget", "new", "Text without a title", ("added",)),
        Change("widget", "gone", "Text without a title", ("removed",)),
        Change("query", "q1", "Sales", ("changed",), (
            Property("Source", "Orders", "Invoices"),
            Property("SQL", lines=(
                Line(" ", "select month,"), Line("-", "  sum(x) as sum"), Line("+", "  sum(y) as sum"),
                Line(" ", "from orders"),
            )),
            Property("Refreshed every", "300 s", "60 s"),
        )),
        Change("query", "q2", "Spare", ("removed",)),
    ]  # fmt: skip
    assert found[1].word == "Moved, resized, changed"


def test_rules_are_said_in_words():
    rules = [{"when": "at_least", "value": 90, "role": "good"}, {"when": "below", "value": 0.5, "role": "bad", "label": "Low"}]
    states = [{"when": "is", "value": "down", "role": "bad"}]
    before = document([widget("gauge", "gauge", value="n"), widget("list", "table", x=4, columns=[{"column": "state"}])])
    after = document([
        widget("gauge", "gauge", value="n", low=-5, target=7, rules=rules),
        widget("list", "table", x=4, columns=[{"column": "state", "rules": states}]),
    ])  # fmt: skip
    assert differences.between(before, after, {}) == [
        Change("widget", "gauge", "Gauge without a title", ("changed",), (
            Property("Low end", "0", "-5"), Property("Target", "none", "7"),
            Property("Good, warning and bad", "none", "at least 90: good; below 0.5: bad (Low)"),
        )),
        Change("widget", "list", "Table without a title", ("changed",), (
            Property("state: good, warning and bad", "none", "is down: bad"),
        )),
    ]  # fmt: skip


def test_what_looks_the_same_is_no_difference():
    same = deepcopy(BEFORE)
    same["widgets"][0]["options"] = {"text": "Hello", "size": "m", "align": "left"}
    same["widgets"].reverse()
    assert differences.between(BEFORE, {**same, "title": "Other"}, {}) == []


def test_long_texts_are_not_compared_line_by_line():
    long = "\n".join("x" * 3 for _ in range(differences.MOST_LINES + 1))
    one, other = (document([widget("w", text=text)]) for text in ("short", long))
    [change] = differences.between(one, other, {})
    assert change.properties[0].lines == (Line("-", "short"), *[Line("+", "xxx")] * (differences.MOST_LINES + 1))


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        first = things.published(cast.ben, name="Company pulse", content=things.document(orders))
        changed = actions.save_draft(dashboard=first.dashboard, revision=1, document=things.text_document("Company pulse"))
        actions.publish(dashboard=changed, revision=2, by=cast.ben)
        return queries.dashboard(first.dashboard_id)


def sides(compared):
    return compared.before.key, compared.after.key, [each.verbs for each in compared.changes]


def test_without_a_choice_it_is_what_publishing_would_change(cast, pulse):
    with cast.at_harbour(cast.ben):
        assert sides(comparing.compare(pulse)) == ("1", "2", [("resized", "changed"), ("removed",)])
        edited = actions.save_draft(
            dashboard=pulse, revision=2, document={**pulse.draft, "widgets": [*pulse.draft["widgets"], widget("new", x=12)]}
        )
        assert sides(comparing.compare(edited)) == ("2", "draft", [("added",)])
        assert sides(comparing.compare(edited, after="1")) == ("1", "1", [])
        for unknown in ("7", "x", "-1", "٢", "9" * 30):
            with pytest.raises(NotFound):
                comparing.compare(edited, before=unknown)


def test_a_restored_version_can_be_taken_back_until_somebody_edits(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        first, before = queries.numbered(pulse, 1), pulse.draft
        actions.restore(version=first)
        back = actions.return_draft(dashboard=pulse)
        assert (back.draft, back.revision, back.has_changes) == (before, 4, False)
        with pytest.raises(Refusal, match="edited since"):
            actions.return_draft(dashboard=pulse)
        again = actions.restore(version=first)
        actions.save_draft(dashboard=again, revision=5, document=things.text_document())
        with pytest.raises(Refusal, match="edited since"):
            actions.return_draft(dashboard=pulse)
    names = [each.NAME for each in announced]
    assert names == ["stage.dashboard.restored", "stage.draft.returned", "stage.dashboard.restored"]


def test_an_older_version_is_published_again_beside_the_draft(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        first, second = queries.numbered(pulse, 1), queries.numbered(pulse, 2)
        third = actions.publish_again(version=first, by=cast.ben, over=2)
        assert (third.number, third.document, third.note) == (3, first.document, "Version 1 again")
        now = queries.dashboard(pulse.pk)
        assert (now.published, now.draft, now.has_changes) == (third, pulse.draft, True)
        assert actions.publish_again(version=third, by=cast.ben) == third
        with pytest.raises(Refusal, match="Version 3 of Company pulse was published in the meantime"):
            actions.publish_again(version=first, by=cast.ben, over=2)
        assert actions.publish_again(version=second, by=cast.ben, over=3).number == 4
        assert not queries.dashboard(pulse.pk).has_changes
    assert [each.NAME for each in announced] == ["stage.dashboard.published"] * 2


def test_units_and_the_use_of_a_saved_query_are_differences_of_a_query():
    shown = [widget("one", "number", query="q1", value="sum")]
    unit = {"column": "sum", "format": "currency", "currency": "EUR"}
    after = {**query("q1", "Sales", "select 1"), "columns": [unit], "saved": "qry_111111111111111111111V"}
    found = differences.between(document(shown, [query("q1", "Sales", "select 1")]), document(shown, [after]), {})
    assert found == [
        Change("widget", "one", "Number without a title", ("changed",), (Property("Query", "Sales", "Sales, changed"),)),
        Change("query", "q1", "Sales", ("changed",), (
            Property("Units", "none", "sum: format currency, currency EUR"), Property("Uses a saved query", "no", "yes"),
        )),
    ]  # fmt: skip
