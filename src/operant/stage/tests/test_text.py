import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.stage import actions, document, queries, text
from operant.testing import stage as things

LABELS = {"src_one": "Orders", "src_two": "no", "src_three": "2026-01-01", "src_four": "a: b # c"}
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
# What YAML reads as something else, or turns on its way.
odd = st.sampled_from([
    "null", "~", "true", "No", "1", "1.5", "1e3", "2026-01-01", "- a", "#", "a: b", "\t",
    "a \nb\t\n", " \n",
                       "\n\n x", "a\n  ", "  a\nb", "\x85", "\u2028", "\ufeff", "'", '"', "%x", "|", ">", "&a", "*a", "!t", "\r\n",
])  # fmt: skip
some = st.one_of(words, odd, st.builds("".join, st.lists(st.one_of(words, odd), max_size=4)))
title = some.map(lambda each: each[:120])
key = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True), st.sampled_from(["q1", "q2", "w1", "w2", "number", "1"]))
formats = st.fixed_dictionaries({}, optional={
    "format": st.sampled_from(["number", "percent"]), "decimals": st.one_of(st.none(), st.integers(0, 4)),
    "unit": some.map(lambda each: each[:20]),
})  # fmt: skip
columns = st.lists(title, max_size=3)
figures = st.one_of(st.integers(-9, 9), st.floats(-1e9, 1e9))
roles = st.sampled_from(["good", "warning", "bad"])
figure_rules = st.lists(st.fixed_dictionaries(
    {"when": st.sampled_from(["at_least", "below"]), "value": figures, "role": roles},
    optional={"label": some.map(lambda each: each[:40])},
), max_size=3)  # fmt: skip
rules = st.lists(st.one_of(
    st.fixed_dictionaries({"when": st.just("below"), "value": figures, "role": roles}),
    st.fixed_dictionaries({"when": st.just("is"), "value": title.filter(bool), "role": roles}),
), max_size=3)  # fmt: skip
chosen = {
    "number": st.builds(lambda value, more, rules: {"value": value, "rules": rules, **more}, title, formats, figure_rules),
    "gauge": st.builds(lambda value, high: {"value": value, "low": -1e9 - 1, "high": high, "target": high}, title, figures),
    "status": st.builds(lambda names, value, rules: {"names": names, "value": value, "rules": rules}, title, title, rules),
    "line": st.builds(lambda x, y, area: {"x": x, "y": y, "area": area}, title, columns, st.booleans()),
    "table": st.builds(
        lambda found, rows: {"columns": found, "rows": rows},
        st.lists(
            st.builds(lambda column, label, more, rules: {"column": column, "label": label, "rules": rules, **more},
                      title, title, formats, rules), max_size=3
        ),
        st.integers(1, 50),
    ),
    "text": st.builds(lambda text: {"text": text}, some),
}


declared = st.one_of(
    st.builds(lambda found: {"type": "text", "default": found[0], "choices": found},
              st.lists(title.filter(bool), min_size=1, max_size=3)),
    st.builds(lambda default: {"type": "number", "default": default},
              st.one_of(st.none(), st.integers(-9, 9), st.floats(-1e9, 1e9))),
    st.builds(lambda default: {"type": "boolean", "default": default}, st.booleans()),
    st.just({"type": "date", "default": "2026-01-31"}),
)  # fmt: skip


@st.composite
def documents(draw):
    ids = draw(st.lists(key, max_size=3, unique=True))
    asked = [
        {"id": each, "name": draw(title), "source": draw(st.sampled_from(["", *LABELS])), "sql": draw(some),
         "refresh_seconds": draw(st.integers(10, 86_400))}
        for each in ids
    ]  # fmt: skip
    widgets = []
    for position, each in enumerate(draw(st.lists(key, max_size=3, unique=True))):
        kind = draw(st.sampled_from(sorted(chosen)))
        query = None if kind == "text" else draw(st.sampled_from([None, *ids]))
        widgets.append({
            "id": each, "kind": kind, "title": draw(title), "x": position * 4, "y": draw(st.integers(0, 9)), "w": 4, "h": 4,
            "query": query, "options": draw(chosen[kind]),
        })  # fmt: skip
    grid = {"columns": 24, "rows": 14}
    made = [{"name": f"v{number}", "label": "", **each} for number, each in enumerate(draw(st.lists(declared, max_size=3)))]
    if asked and made:
        asked[0]["parameters"] = [{"name": "taken", "type": "variable", "variable": "v0"}]
    if len(asked) > 1 and made:
        made.append({"name": "last", "label": "", "type": "text", "default": None,
                     "choices_from": {"query": asked[1]["id"], "column": draw(title)}})  # fmt: skip
    more = {"variables": made} if made else {}
    return {"format": 1, "title": draw(title), "grid": grid, **more, "queries": asked, "widgets": widgets}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(documents())
def test_what_is_written_is_read_back_exactly(made):
    document.parse(made)
    said = text.written(made, LABELS)
    assert text.read(said, LABELS, made) == made
    assert isinstance(yaml.safe_load(said), dict)
    elsewhere = text.read(said, LABELS)
    again = text.written(elsewhere, LABELS)
    assert text.read(again, LABELS, elsewhere) == elsewhere


PULSE = """\
format: 1
title: Company pulse
grid: {columns: 24, rows: 14}
queries:
  revenue:
    name: Revenue
    source: Orders
    refresh_seconds: 300
    sql: |-
      select sum(revenue) as revenue\t
      from orders
widgets:
  revenue:
    kind: number
    title: Revenue
    place: {x: 0, y: 0, w: 6, h: 4}
    query: revenue
    options:
      value: revenue
      format: integer
"""


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        content = things.document(orders, "select sum(revenue) as revenue\t\nfrom orders")
        return things.published(cast.ben, name="Company pulse", content=content).dashboard


def test_a_dashboard_as_text_names_what_ids_do_not_say(cast, pulse):
    with cast.at_harbour():
        assert text.written(pulse.draft, queries.source_labels()) == PULSE


def test_a_text_becomes_the_draft_and_can_be_taken_back(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        assert actions.replace_with_text(dashboard=pulse, words=PULSE).revision == 1
        changed = actions.replace_with_text(dashboard=pulse, words=PULSE.replace("x: 0", "x: 3"), revision=1)
        assert [(each["id"], each["x"]) for each in changed.draft["widgets"]] == [("w1", 3)]
        with pytest.raises(actions.Changed):
            actions.replace_with_text(dashboard=pulse, words=PULSE, revision=1)
        assert actions.return_draft(dashboard=pulse).draft == pulse.draft
        made = actions.create_from_text(words=PULSE, by=cast.ben)
        assert [each["id"] for part in ("queries", "widgets") for each in made.draft[part]] == ["revenue"] * 2
    assert [each.NAME for each in announced] == ["stage.draft.replaced", "stage.draft.returned", "stage.dashboard.created"]


def test_sources_of_one_name_are_told_apart(cast, orders):
    with cast.at_harbour(cast.ben):
        other, third = things.source(cast.ben, name="Orders"), things.source(cast.ben, name="Plain")
        # Uploaded, it is called Orders 2; people may call it otherwise.
        actions.rename_source(source=other, name="Orders")
        assert queries.source_labels() == {
            orders.public_id: "Orders (orders)", other.public_id: "Orders (orders_2)", third.public_id: "Plain",
        }  # fmt: skip
        actions.rename_source(source=third, name="Orders (orders)")
        assert queries.source_labels()[third.public_id] == third.public_id


WRONG = """\
format: 1
title: 7
grid: {columns: 24}
queries:
  a b:
    source: Nowhere
    refresh_seconds: 1
    sql: select 1
widgets:
  one:
    kind: number
    place: {x: 0, y: 0, w: 4, z: 1}
    query: missing
    options: {value: a}
    id: w1
"""


def wrong(words):
    with pytest.raises(text.InvalidText) as refused:
        text.read(words, LABELS)
    return [(each["line"], each["path"], each["message"]) for each in refused.value.details["fields"]], refused.value.sentence


def test_each_mistake_has_its_line_and_path():
    found, sentence = wrong(WRONG)
    assert found == [
        (6, "queries.a b.source", "There is no data source called “Nowhere” here. There are: 2026-01-01, Orders, a: b # c, no."),
        (12, "widgets.one.place.z", "This is not part of a dashboard as text."),
        (13, "widgets.one.query", "There is no query called “missing” in this text."),
        (15, "widgets.one.id", "This is not part of a dashboard as text."),
    ]
    assert sentence == f"Line 6, queries.a b.source: {found[0][2]} 3 more mistakes below."
    mended = WRONG.replace("Nowhere", "Orders").replace(", z: 1", "").replace("missing", "a b").replace("    id: w1\n", "")
    assert wrong(mended)[0] == [
        (2, "title", "This must be text. Put it in quotes."),
        (3, "grid.rows", "This is missing."),
        (5, "queries.a b", "A name has letters, digits, - and _ only, and at most 40 of them."),
        (7, "queries.a b.refresh_seconds", "This must be at least 10."),
        (12, "widgets.one.place.h", "This is missing."),
        (13, "widgets.one.query", "This is not written the way it must be."),
    ]


BOMB = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(("words", "line", "message"), [
    (BOMB, 1, "Anchors and aliases (& and *) are not used here. Write out what is meant."),
    ("title: !!python/object/apply:os.system [ls]", 1, "Tags (!) are not used here. Leave this one out."),
    ("x" * 10_000_000, 1, "This text has 10,000,000 characters; a dashboard has at most 1,000,000."),
    ("title: a\ntitle: b", 2, "“title” stands here for the second time; the first is on line 1."),
    ("[" * 900_000, 1, "This is nested deeper than a dashboard is."),
    ("a: " + "{a: " * 200_000, 1, "This is nested deeper than a dashboard is."),
    ("- " * 400_000, 1, "This is nested deeper than a dashboard is."),
    ("title: [\n", 2, "This is not YAML that can be read: did not find expected node content."),
    ("%YAML 1." + "9" * 5_000 + "\n---\na: 1", 1, "This is not YAML that can be read: found extremely long version number."),
    ('é: "\n" \ntitle: "\\UFFFFFFFF"', 3, "This is not YAML that can be read: found invalid Unicode character escape code."),
    ('queries: {"\\uD800": {sql: x}}', 1, "This is not YAML that can be read: found invalid Unicode character escape code."),
    ("title: a\nsub: \ud800", 2, "This line has a character that cannot be stored."),
    ("format: 1\n--- \nformat: 1", 2, "A second document begins here. One text is one dashboard."),
    ("title: éééé\nsub: \x07", 2, "This line has a character that cannot be stored."),
    ("[a, b]: c", 1, "What stands before a colon must be a word."),
    ("queries: [a]", 1, "This must be an object with a name for each of them."),
    ("format: 1\nqueries:\n" + "".join(f"  q{n}: {{}}\n" for n in range(10_000)), 2, "There are more than 100 here."),
    ("", 1, "A dashboard as text begins with “format: 1”."),
    ("- 1", 1, "A dashboard as text begins with “format: 1”."),
])  # fmt: skip
def test_hostile_texts_are_refused_in_a_sentence(words, line, message):
    found, _ = wrong(words)
    assert (found[0][0], found[0][2]) == (line, message)


def test_a_text_of_many_parts_is_not_read_to_its_end():
    many = "\n".join("- 1" for _ in range(200_000))
    assert wrong(f"a:\n{many}")[0][0][2] == "This text has more parts than a dashboard can have."
