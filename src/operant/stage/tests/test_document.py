import pytest

from operant.stage import document as documents
from operant.stage import text

GRID = {"columns": 24, "rows": 14}


def widget(number=1, **changes):
    given = {
        "id": f"w{number}", "kind": "text", "title": f"Note {number}", "x": 0, "y": 0, "w": 4, "h": 2, "query": None,
        "options": {"text": "Hello"},
    }  # fmt: skip
    return {**given, **changes}


def query(number=1, **changes):
    return {"id": f"q{number}", "name": "Revenue", "source": "", "sql": "select 1", "refresh_seconds": 300, **changes}


def document(widgets=(), queries=(), **changes):
    return {"format": 1, "title": "Pulse", "grid": GRID, "queries": list(queries), "widgets": list(widgets), **changes}


def problems(raw):
    with pytest.raises(documents.InvalidDocument) as refused:
        documents.parse(raw)
    return [(each["path"], each["message"]) for each in refused.value.details["fields"]]


def test_a_document_is_kept_exactly_as_it_was_sent():
    number = widget(2, kind="number", x=4, query="q1", options={"value": "total", "compare": None})
    raw = document([widget(), number], [query()])
    assert documents.parse(raw).as_sent() == raw


def test_an_empty_dashboard_is_a_document():
    assert documents.parse(documents.empty("New")).as_sent() == documents.empty("New")


RULE = {"when": "below", "value": 75, "role": "bad"}
NUMBER = "This must be a number."


def ruled(kind, *rules, **options):
    return document([widget(kind=kind, options={"names": "a", "value": "n", "rules": list(rules), **options})])


FIGURES = {
    "number": {"value": "n", "along": "day", "rules": [RULE, {**RULE, "when": "at_least", "value": 90.5, "label": "Fine"}]},
    "gauge": {"value": "n", "low": -5, "high": 0.5, "target": 0, "rules": [RULE]},
    "progress": {"value": "n", "target_column": "goal", "rules": [RULE]},
    "line": {"x": "day", "y": ["n"], "stacked": True, "target": 7, "rules": [RULE]},
    "bar": {"x": "day", "y": ["n"], "target": None, "rules": [RULE]},
    "donut": {"names": "a", "value": "n", "hole": False},
    "leaderboard": {"names": "a", "value": "n", "compare": "b", "goal": "down", "order": "lowest", "rows": 3, "rules": [RULE]},
    "status": {"names": "a", "value": "n", "rules": [RULE, {"when": "is", "value": "down", "role": "bad"}]},
    "table": {"columns": [{"column": "n", "rules": [{"when": "is", "value": "no", "role": "warning"}, RULE]}]},
}


@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_is_kept_as_it_was_sent_and_as_text(kind):
    raw = document([widget(kind=kind, query="q1", options=FIGURES[kind])], [query()])
    assert documents.parse(raw).as_sent() == raw
    assert text.read(text.written(raw, {}), {}, raw) == raw


TEXT, COUNT = "This must be text.", "This must be a whole number."


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (None, [("", "This must be an object.")]),
        ([], [("", "This must be an object.")]),
        (document(format=2), [("format", "This must be 1.")]),
        (document(title=7), [("title", TEXT)]),
        (document(title="x" * 121), [("title", "This is longer than 120 characters.")]),
        (document(title="a\0b"), [("title", "This contains a character that cannot be stored.")]),
        (document(title="\ud800"), [("title", "This contains a character that cannot be stored.")]),
        (document(more=1), [("more", "This is not part of a dashboard document.")]),
        (document([widget(x="0")]), [("widgets.0.x", COUNT)]),
        (document([widget(x=True)]), [("widgets.0.x", COUNT)]),
        (document([widget(w=0)]), [("widgets.0.w", "This must be at least 1.")]),
        (document([widget(kind="pie")]), [("widgets.0", "There is no widget of the kind pie.")]),
        (ruled("gauge", low=5, high=5, names=None),
         [("widgets.0.options.high", "This must be more than the low end of the scale."),
          ("widgets.0.options.names", "This is not part of a dashboard document.")]),
        (document([widget(kind="gauge", options={"value": "n", "low": 200})]),
         [("widgets.0.options.high", "This must be more than the low end of the scale.")]),
        (document([widget(kind="gauge", options={"value": "n", "target": "7"})]), [("widgets.0.options.target", NUMBER)]),
        (document([widget(kind="progress", options={"value": "n", "target": 7, "target_column": "b"})]),
         [("widgets.0.options.target_column", "This must be left out where the target is a number.")]),
        (ruled("status", {**RULE, "when": "above"}), [("widgets.0.options.rules.0", "There is no rule of the kind above.")]),
        (ruled("status", {**RULE, "when": "is"}), [("widgets.0.options.rules.0.value", TEXT)]),
        (ruled("status", {**RULE, "value": "7"}), [("widgets.0.options.rules.0.value", NUMBER)]),
        (ruled("leaderboard", {**RULE, "when": "is", "value": "a"}),
         [("widgets.0.options.rules.0.when", "This must be 'at_least' or 'below'."), ("widgets.0.options.rules.0.value", NUMBER)]),
        (ruled("status", {**RULE, "value": float("nan")}), [("widgets.0.options.rules.0.value", NUMBER)]),
        (ruled("status", {**RULE, "role": "green"}),
         [("widgets.0.options.rules.0.role", "This must be 'good', 'warning' or 'bad'.")]),
        (ruled("status", *[RULE] * 7), [("widgets.0.options.rules", "There are more than 6 here.")]),
        (document([widget(kind="table", options={"columns": [{"column": "a", "rules": [{**RULE, "when": "is", "value": ""}]}]})]),
         [("widgets.0.options.columns.0.rules.0.value", "This is missing.")]),
        (document([widget(options={"text": 1})]), [("widgets.0.options.text", TEXT)]),
        (document([widget(options={})]), [("widgets.0.options.text", "This is missing.")]),
        (document([widget(options={"text": "x" * 5001})]),
         [("widgets.0.options.text", "This is longer than 5000 characters.")]),
        (document([widget(kind="line", options={"x": "m", "y": ["a"] * 7})]),
         [("widgets.0.options.y", "There are more than 6 here.")]),
        (document([widget(kind="table", options={"columns": [], "rows": 51})]),
         [("widgets.0.options.rows", "This must be at most 50.")]),
        (document([widget(kind="number", options={"value": "a", "currency": "euro"})]),
         [("widgets.0.options.currency", "This is not written the way it must be.")]),
        (document(queries=[query(sql="x" * 20_001)]), [("queries.0.sql", "This is longer than 20000 characters.")]),
        (document(queries=[query(refresh_seconds=1)]), [("queries.0.refresh_seconds", "This must be at least 10.")]),
        (document(queries=[query(n) for n in range(31)]), [("queries", "There are more than 30 here.")]),
        (document([widget(n) for n in range(61)]), [("widgets", "There are more than 60 here.")]),
        (document(queries=[query(), query()]), [("queries.1.id", "The id q1 is used twice.")]),
        (document([widget(), widget(1, x=4)]), [("widgets.1.id", "The id w1 is used twice.")]),
        (document([widget(), widget(2, x=3)]), [("widgets.1", "“Note 2” lies over “Note 1”.")]),
        (document([widget(x=21)]), [("widgets.0", "“Note 1” reaches over the edge of the grid.")]),
        (document([widget(y=13)]), [("widgets.0", "“Note 1” reaches over the edge of the grid.")]),
        (document([widget(kind="number", query="q9", options={"value": "a"})]),
         [("widgets.0.query", "There is no query with the id q9.")]),
        (document([widget(query="q1")], [query()]), [("widgets.0.query", "A widget of the kind text has no query.")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(raw, found):
    assert problems(raw) == found


def test_a_document_full_of_mistakes_names_at_most_fifty():
    assert len(problems(document([widget(n, x=-1, y=-1) for n in range(60)]))) == 50
