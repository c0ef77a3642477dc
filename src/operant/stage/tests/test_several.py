"""Variables that take several values: whatever way they are chosen in, bound as a list, and all of them where none is chosen."""

import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.platform.refusals import Invalid
from operant.stage import actions, document, queries, variables
from operant.stage.actions import sharing
from operant.stage.models import Result
from operant.testing import stage as things
from operant.testing.queue import run_jobs

SQL = "select sum(revenue) as revenue from orders where :regions is null or region in (:regions)"
REGIONS = {"name": "regions", "label": "Regions", "type": "texts", "default": ["North"],
           "choices_from": {"query": "offered", "column": "region"}}  # fmt: skip
MOST = variables.MOST_CHOICES


def varied(orders, **more):
    """A document whose one number is asked for some regions; what is offered comes from a query of its own."""
    made = things.document(orders, SQL)
    made["queries"][0]["parameters"] = [{"name": "regions", "type": "variable", "variable": "regions"}]
    offered = {**made["queries"][0], "id": "offered", "name": "Regions", "sql": "select distinct region from orders order by 1"}
    made["queries"].append({**offered, "parameters": []})
    return {**made, "variables": [{**REGIONS, **more}]}


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        found = things.published(cast.ben, name="Company pulse", content=varied(orders)).dashboard
    run_jobs()
    return found


def wall(pulse, *said):
    address = reverse("dashboard-wall", args=["harbour", pulse.pk])
    return f"{address}?{urlencode([('var-regions', each) for each in said])}"


def revenue(reader, address):
    reader.get(address)
    run_jobs()
    said = reader.get(address).json()
    found = {each["key"]: each["rows"] for each in said["results"]}
    return found[said["keys"]["q1"]]


def regions(**more):
    return variables.Variable("regions", "Regions", "texts", ["North"], **{"choices": ("North", "South"), **more})


def test_several_are_found_together_each_way_of_saying_them_is_one_question_and_none_are_all(signed_in, cast, pulse):
    reader = signed_in(cast.cleo)
    assert [revenue(reader, wall(pulse, *said)) for said in ([], ["North"], ["South"], ["South", "North"], ["*"])] == [
        [[30]], [[30]], [[30]], [[60]], [[60]],
    ]  # fmt: skip
    revenue(reader, wall(pulse, "North", "South", "South", "", " North "))
    with cast.at_harbour():
        asked = Result.objects.filter(sql=SQL).values_list("parameters", flat=True)
        assert sorted(each[0]["value"] for each in asked) == [[], ["North"], ["North", "South"], ["South"]]
        assert {each[0]["type"] for each in asked} == {"list"}


def test_what_cannot_be_set_is_said_and_asks_nothing(signed_in, cast, pulse):
    reader = signed_in(cast.cleo)
    refused = [reader.get(wall(pulse, *said)) for said in (["North", "East"], ["x" * 201], [f"r{each}" for each in range(1_000)])]
    assert [(each.status_code, each.json()["message"]) for each in refused] == [
        (422, "Regions has no choice “East”."), (422, "Regions is a text of 1 to 200 characters."),
        (422, "Regions takes at most 100 values at once."),
    ]  # fmt: skip
    page = reader.get(f"{reverse('dashboard', args=['harbour', pulse.pk])}?var-regions=North&var-regions=East").text
    assert page.count("Regions has no choice “East”.") == 1
    # An empty choice sets nothing, so the default holds.
    assert revenue(reader, wall(pulse, "", "")) == [[30]]
    with cast.at_harbour():
        assert Result.objects.filter(sql=SQL).count() == 1


def test_one_value_is_refused_more_and_several_take_one():
    one = variables.Variable("region", "Region", "text", None)
    with pytest.raises(Invalid, match="Region is a text"):
        variables.taken(one, ["North", "South"])
    assert variables.taken(regions(), "South") == ["South"]
    assert variables.taken(regions(choices=None), "South\r\n\nNorth\n") == ["North", "South"]
    numbers = variables.Variable("lines", "Lines", "numbers", [])
    assert variables.taken(numbers, ["2", 1, "1.0", 2.5]) == [1, 2, 2.5]
    with pytest.raises(Invalid, match="Lines is a number"):
        variables.taken(numbers, ["1", "one"])
    with pytest.raises(Invalid, match="4000 with all of them"):
        variables.taken(regions(choices=None), [f"{each:0200}" for each in range(21)])


_lists = st.lists(st.one_of(st.text(max_size=4), st.integers(), st.floats(), st.booleans(), st.none()), max_size=5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["texts", "numbers"]), _lists, st.booleans())
def test_whatever_is_said_is_taken_exactly_or_refused_with_a_sentence(kind, said, with_choices):
    choices = ("a", "b", "0") if kind == "texts" else (0, 1, 2.5)
    declared = {"name": "v", "label": "", "type": kind, "default": [], "choices": list(choices) if with_choices else []}
    variable = variables.Variable("v", "", kind, [], choices if with_choices else None)
    try:
        value = variables.taken(variable, said)
    except Invalid as refused:
        assert refused.sentence.startswith("v ")
        return
    # What was taken holds, and is taken again from what an address says of it, in any order.
    assert variables.holding({"variables": [declared]}, {"v": value}) == ({"v": value} if value else {})
    address = QueryDict(urlencode({"var-v": variables.spelled(value)}, doseq=True))
    assert variables.taken(variable, variables.addressed(address)["v"]) == value
    assert variables.from_text(variables.as_text({"v": value})) == {"v": value}


def test_a_bar_shows_what_holds_and_keeps_what_is_chosen(signed_in, cast, pulse):
    reader, page = signed_in(cast.cleo), reverse("dashboard", args=["harbour", pulse.pk])
    boxes = [("*", False), ("North", True), ("South", False)]
    assert _boxes(reader.get(page).text) == boxes
    assert _boxes(reader.get(f"{page}?var-regions=*").text) == [("*", True), ("North", False), ("South", False)]
    both = reader.get(f"{page}?var-regions=South&var-regions=North").text
    assert _boxes(both) == [("*", False), ("North", True), ("South", True)]
    assert f'data-wall="{wall(pulse, "North", "South")}"'.replace("&", "&amp;") in both


def test_screens_links_and_programs_are_set_to_several(signed_in, cast, pulse):
    with cast.at_harbour(cast.ada):
        share, token = actions.create_share(
            dashboard=pulse, name="Both", by=cast.ada, values={"regions": ["South", "North"]}, open_variables=["regions"]
        )
        assert (share.values, variables.said(share.values)) == ({"regions": ["North", "South"]}, "regions North, South")
    browser, address = Client(), reverse("shared", args=[token])
    assert revenue(browser, f"{address}/wall") == [[60]]
    assert revenue(browser, f"{address}/wall?var-regions=South") == [[30]]
    assert browser.get(f"{address}/wall?var-regions=South&var-regions=East").status_code == 422
    assert _boxes(browser.get(address).text) == [("*", False), ("North", True), ("South", True)]
    # A stranger's "all" are the choices, and not what else the query knows.
    shown = sharing.shown(text=token, network="203.0.113.9")
    with cast.at_harbour():
        assert shown.values({"regions": "*"}) == {"regions": ["North", "South"]}
        shown.share.values = {"regions": []}
        assert shown.values({"regions": "*"}) == {"regions": []}
    form = {"name": "Form", "lasting": "7", "var-regions": ["South", "East"]}
    refused = signed_in(cast.ada).post(reverse("dashboard-shares", args=["harbour", pulse.pk]), form)
    assert (refused.status_code, "Regions has no choice “East”." in refused.text) == (422, True)
    signed_in(cast.ada).post(reverse("dashboard-shares", args=["harbour", pulse.pk]), {**form, "var-regions": ["*"]})
    with cast.at_harbour():
        assert [each.values for each in queries.shares(pulse)] == [{"regions": []}, {"regions": ["North", "South"]}]


def test_what_was_one_value_stays_when_it_becomes_several_and_the_other_way_the_default_holds():
    several = {"variables": [{**REGIONS, "choices_from": None}]}
    assert variables.holding(several, {"regions": "South"}) == {"regions": ["South"]}
    one = {"variables": [{**several["variables"][0], "type": "text", "default": None}]}
    assert variables.holding(one, {"regions": ["South"]}) == {}


def test_alerts_and_comparisons_say_them_in_words(cast, pulse):
    found = pulse.published.document
    assert variables.defaults(found, found["queries"][0]) == "Regions North"
    everything = json.loads(json.dumps(found).replace('["North"]', "[]"))
    assert variables.defaults(everything, found["queries"][0]) == "Regions all"


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"choices_from": None, "choices": ["South", "West"]}, "variables.0.default", "North is none of its choices."),
        ({"default": "North"}, "variables.0.default", "This must be a list."),
        ({"default": None}, "variables.0.default", "This must be a list."),
        ({"choices_from": None, "choices": ["North", "*"]}, "variables.0.choices.1",
         "This cannot be *, which stands for all of them."),
        ({"default": [f"r{each}" for each in range(1_000)]}, "variables.0.default", f"There are more than {MOST} here."),
        ({"type": "numbers"}, "variables.0.default", "This must be a number."),
    ],
)  # fmt: skip
def test_a_document_whose_variables_cannot_be_is_refused(cast, orders, change, path, message):
    with pytest.raises(document.InvalidDocument) as refused:
        document.parse(varied(orders, **change))
    assert refused.value.details["fields"] == [{"path": path, "message": message}]


def _boxes(text):
    """The boxes of the bar, each with its value and whether it is ticked."""
    found = [each.split(">", 1)[0] for each in text.split('<input class="checkbox" type="checkbox" name="var-regions" value="')[1:]]
    return [(each.split('"', 1)[0], each.endswith(" checked")) for each in found]
