"""Variables: declared in a document, set by addresses and links, bound to queries, one question for all with the same values."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.stage import actions, document, engine, queries, variables
from operant.stage.actions import watching
from operant.stage.models import Result
from operant.stage.terms import Terms
from operant.testing import stage as things
from operant.testing.queue import run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SQL = "select sum(revenue) as revenue from orders where region = :region"
REGION = {"name": "region", "label": "Region", "type": "text", "default": "North",
          "choices_from": {"query": "regions", "column": "region"}}  # fmt: skip


def varied(orders, **more):
    """A document whose one number is asked for a region; regions come from a query of their own."""
    made = things.document(orders, SQL)
    made["queries"][0]["parameters"] = [{"name": "region", "type": "variable", "variable": "region"}]
    regions = {**made["queries"][0], "id": "regions", "name": "Regions", "sql": "select distinct region from orders order by 1"}
    made["queries"].append({**regions, "parameters": []})
    return {**made, "variables": [{**REGION, **more}]}


@pytest.fixture
def pulse(cast, orders):
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            found = things.published(cast.ben, name="Company pulse", content=varied(orders)).dashboard
        run_jobs()
        yield found


@pytest.fixture
def runs(monkeypatch):
    """The parameters with which engines were really asked, one entry for each time."""
    asked, outcome = [], engine.outcome
    monkeypatch.setattr(engine, "outcome", lambda *a: asked.append([each["value"] for each in a[2]]) or outcome(*a))
    return asked


def wall(pulse, **values):
    address = reverse("dashboard-wall", args=["harbour", pulse.pk])
    return address + "?" + "&".join(f"var-{name}={value}" for name, value in values.items())


def revenue(answer):
    """The rows of the number, once everything that an answer had asked was answered."""
    answer()
    run_jobs()
    said = answer().json()
    found = {each["key"]: each["rows"] for each in said["results"]}
    return found[said["keys"]["q1"]]


_said = st.one_of(
    st.text(max_size=5), st.integers(), st.floats(), st.booleans(), st.none(), st.sampled_from(["2026-01-31", "1e400", " 7 "])
)


@trying(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["text", "number", "date", "boolean"]), _said, st.lists(st.sampled_from(["a", "1", 1, 2.5]), max_size=2))
def test_whatever_is_said_is_taken_exactly_or_refused_with_a_sentence(kind, said, choices):
    fitting = tuple(each for each in choices if isinstance(each, str) == (kind == "text")) if kind in ("text", "number") else ()
    declared = {"name": "v", "label": "", "type": kind, "default": None, "choices": list(fitting)}
    try:
        value = variables.taken(variables.Variable("v", "", kind, None, fitting or None), said)
    except Invalid as refused:
        assert refused.sentence.startswith("v ")
        return
    # What was taken holds, and is taken again from what an address says of it.
    assert variables.holding({"variables": [declared]}, {"v": value}) == {"v": value}
    assert variables.taken(variables.Variable("v", "", kind, None, fitting or None), variables.written(value)) == value
    assert variables.from_text(variables.as_text({"v": value})) == {"v": value}


def test_each_value_is_asked_once_for_everybody_who_looks(cast, signed_in, pulse, runs):
    readers = [signed_in(each) for each in (cast.ben, cast.cleo)]
    assert revenue(lambda: readers[0].get(wall(pulse))) == [[30]]
    for _ in range(10):
        for reader in readers:
            reader.get(wall(pulse, region="South"))
            reader.get(wall(pulse, region="North"))
    assert [revenue(lambda each=each: each.get(wall(pulse, region="South"))) for each in readers] == [[[30]], [[30]]]
    assert runs == [["South"]]
    with cast.at_harbour():
        keys = queries.keys(pulse.published.document)
        assert queries.keys(pulse.published.document, {"region": "North", "gone": 1}) == keys
        assert queries.keys(pulse.published.document, {"region": "South"})["regions"] == keys["regions"]


def test_what_cannot_be_set_is_said_and_asks_nothing(signed_in, cast, pulse, runs):
    reader, page = signed_in(cast.cleo), reverse("dashboard", args=["harbour", pulse.pk])
    assert [
        (answer.status_code, answer.json()["message"])
        for answer in (reader.get(wall(pulse, region="East")), reader.get(wall(pulse, year="2026")))
    ] == [(422, "Region has no choice “East”."), (422, "There is no variable called year here.")]
    text = reader.get(f"{page}?var-region=East&var-year=1").text
    assert [text.count(each) for each in ("Region has no choice “East”.", "There is no variable called year here.")] == [1, 1]
    assert f'data-wall="{reverse("dashboard-wall", args=["harbour", pulse.pk])}"' in text
    chosen = reader.get(f"{page}?var-region=South").text
    assert '<option value="South" selected>' in chosen
    assert f'data-wall="{reverse("dashboard-wall", args=["harbour", pulse.pk])}?var-region=South"' in chosen
    assert runs == []


def test_values_of_addresses_are_bounded_and_make_room_for_each_other(cast, signed_in, orders, monkeypatch):
    for module in ("wall", "public"):
        monkeypatch.setattr(f"operant.stage.web.{module}.MOST_LOOKED_AT", 2)
    content = varied(orders)
    del content["variables"][0]["choices_from"]
    with clock.frozen(NOW), cast.at_harbour(cast.ben):
        free = things.published(cast.ben, content=content).dashboard
        # What a link is set to stays, whatever is looked at.
        actions.create_share(dashboard=free, name="Board", by=cast.ada, values={"region": "Kept"})
        watching.watch(document=free.published.document, values={"region": "Kept"})
        _, late = actions.create_share(dashboard=free, name="Late", by=cast.ada, values={"region": "Late"})
    reader = signed_in(cast.cleo)
    with clock.frozen(NOW):
        assert [reader.get(wall(free, region=each)).status_code for each in ("A", "B", "A", "C")] == [200, 200, 200, 429]
        assert Client().get(f"{reverse('shared', args=[late])}/wall").status_code == 200
        clock.advance(timedelta(minutes=2))
        assert reader.get(wall(free, region="C")).status_code == 200
    with cast.at_harbour():
        asked = Result.objects.filter(sql=SQL).values_list("parameters", flat=True)
        assert sorted(each[0]["value"] for each in asked) in (
            ["A", "C", "Kept", "Late", "North"], ["B", "C", "Kept", "Late", "North"],
        )  # fmt: skip
    with clock.frozen(NOW + timedelta(days=9)), cast.at_harbour():
        actions.forget_results()
        asked = Result.objects.filter(sql=SQL).values_list("parameters", flat=True)
        assert sorted(each[0]["value"] for each in asked) == ["Kept", "Late", "North"]


def test_a_link_shows_what_it_is_set_to_and_lets_choose_what_it_leaves_open(cast, pulse, announced):
    with cast.at_harbour(cast.ada):
        fixed, first = actions.create_share(dashboard=pulse, name="South", by=cast.ada, values={"region": "South"})
        _, second = actions.create_share(dashboard=pulse, name="All", by=cast.ada, open_variables=["region"])
        with pytest.raises(Invalid, match="Region has no choice “East”"):
            actions.create_share(dashboard=pulse, name="East", by=cast.ada, values={"region": "East"})
        assert (fixed.values, announced[-2].values, announced[-1].open_variables) == ({"region": "South"}, "region South", "region")
    browser, closed, opened = Client(), reverse("shared", args=[first]), reverse("shared", args=[second])
    assert revenue(lambda: browser.get(f"{closed}/wall")) == [[30]]
    assert browser.get(f"{closed}/wall?var-region=North").status_code == 422
    asked = [browser.get(f"{opened}/wall?var-region={each}").status_code for each in ("South", "North", "East")]
    assert asked == [200, 200, 422]
    said = browser.get(f"{closed}/wall")
    assert "variables" not in said.json()["document"]
    for text in (said.text, browser.get(closed).text):
        assert "egion" not in text
    assert '<option value="South" selected>' in browser.get(f"{opened}?var-region=South").text


def test_what_a_link_leaves_open_is_changed_whatever_became_of_what_it_is_set_to(cast, orders, pulse):
    with cast.at_harbour(cast.ada):
        link, _ = actions.create_share(dashboard=pulse, name="South", by=cast.ada, values={"region": "South"})
        place = {"name": "place", "label": "", "type": "text", "default": "A", "choices": ["A", "B"]}
        content = {**varied(orders), "variables": [place]}
        content["queries"][0]["parameters"][0]["variable"] = "place"
        draft = actions.save_draft(dashboard=queries.dashboard(pulse.pk), revision=1, document=content)
        actions.publish(dashboard=draft, revision=2, by=cast.ada)
        changed = actions.change_share(share=link, by=cast.ada, changes={"open_variables": ["place"]})
        assert (changed.values, changed.open_variables) == ({"region": "South"}, ["place"])
        with pytest.raises(Invalid, match="There is no variable called region"):
            actions.change_share(share=link, by=cast.ada, changes={"values": {"region": "South"}})
        assert actions.change_share(share=link, by=cast.ada, changes={"values": {}}).open_variables == ["place"]


def test_alerts_look_at_the_defaults_and_say_so(cast, signed_in, pulse):
    terms = Terms(name="Few", query_id="q1", column="revenue", reduce="last", condition="below", limit=Decimal(5), within_seconds=0,
                  hold_seconds=0, rest_seconds=0)  # fmt: skip
    with cast.at_harbour(cast.ben):
        alert = actions.create_alert(dashboard=pulse, terms=terms, by=cast.ben)
        assert alert.key == queries.keys(pulse.published.document)["q1"]
    text = signed_in(cast.ben).get(reverse("alert", args=["harbour", alert.pk])).text
    assert "in “Revenue” with Region North, whatever screens and links set" in text


def test_results_follow_the_interval_of_what_is_published_whatever_their_values(cast, signed_in, pulse):
    signed_in(cast.ben).get(wall(pulse, region="South"))
    with cast.at_harbour(cast.ben):
        changed = json.loads(json.dumps(pulse.draft).replace('"refresh_seconds": 300', '"refresh_seconds": 60'))
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=changed)
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
        assert set(Result.objects.values_list("refresh_seconds", flat=True)) == {60}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"choices": ["North"]}, "variables.0.choices", "Its choices stand here or come from a query, not both."),
        ({"choices_from": None, "choices": ["South"]}, "variables.0.default", "This is none of its choices."),
        ({"name": "area"}, "queries.0.parameters.0.variable", "There is no variable called region."),
        ({"choices_from": {"query": "q1", "column": "x"}}, "variables.0.choices_from.query",
         "Choices come from a query that no variable changes."),
        ({"type": "number"}, "variables.0.default", "This must be a number."),
        ({"type": "place"}, "variables.0", "There is no variable of the kind place."),
    ],
)  # fmt: skip
def test_a_document_whose_variables_cannot_be_is_refused(cast, orders, change, path, message):
    with pytest.raises(document.InvalidDocument) as refused:
        document.parse(varied(orders, **change))
    assert refused.value.details["fields"] == [{"path": path, "message": message}]


def test_an_earlier_version_is_shown_with_its_own_variables(cast, signed_in, pulse):
    with cast.at_harbour(cast.ben):
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=things.text_document("Company pulse"))
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
    reader, page = signed_in(cast.cleo), reverse("dashboard-version", args=["harbour", pulse.pk, 1])
    drawn = reverse("dashboard-version-wall", args=["harbour", pulse.pk, 1])
    assert 'name="var-region"' not in reader.get(reverse("dashboard", args=["harbour", pulse.pk])).text
    chosen = reader.get(f"{page}?var-region=South").text
    assert ('<option value="South" selected>' in chosen, f'data-wall="{drawn}?var-region=South"' in chosen) == (True, True)
    assert revenue(lambda: reader.get(f"{drawn}?var-region=South")) == [[30]]
    with cast.at_harbour():
        own = queries.keys(queries.numbered(pulse, 1).document, {"region": "South"})
    assert reader.get(f"{drawn}?var-region=South").json()["keys"] == own
    assert [reader.get(f"{drawn}?var-{said}").status_code for said in ("region=East", "year=1")] == [422, 422]
