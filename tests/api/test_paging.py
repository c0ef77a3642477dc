import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.testing import stage
from operant.testing.api import program

LISTS = ["members", "invitations", "sources", "dashboards", "screens"]


def names(answer):
    return [each["name"] for each in answer.json()["entries"]]


@pytest.fixture
def five(cast):
    with cast.at_harbour(cast.ben):
        return [stage.dashboard(cast.ben, name=f"Number {number}") for number in range(5)]


def test_a_cursor_leads_through_the_whole_list(mine, five):
    first = mine.get("dashboards?limit=2")
    second = mine.get(f"dashboards?limit=2&cursor={first.json()['next']}")
    third = mine.get(f"dashboards?limit=2&cursor={second.json()['next']}")
    assert [names(each) for each in (first, second, third)] == [
        ["Number 0", "Number 1"], ["Number 2", "Number 3"], ["Number 4"],
    ]  # fmt: skip
    assert third.json()["next"] is None
    assert "Link" not in third


def test_the_link_leads_to_the_same(mine, five):
    first = mine.get("dashboards?limit=3")
    address = first["Link"].partition(">")[0].removeprefix("<http://testserver/api/v1/")
    assert first["Link"].endswith('; rel="next"')
    assert names(mine.get(address)) == ["Number 3", "Number 4"]


def test_what_comes_goes_or_is_renamed_between_two_pages_moves_nothing_else(cast, mine, five):
    first = mine.get("dashboards?limit=2").json()
    mine.delete(f"dashboards/{five[1].public_id}")
    mine.patch(f"dashboards/{five[3].public_id}", {"name": "A new name"})
    mine.post("dashboards", {"name": "Number 5"})
    rest = mine.get(f"dashboards?limit=10&cursor={first['next']}")
    assert names(rest) == ["Number 2", "A new name", "Number 4", "Number 5"]


def test_versions_come_newest_first(cast, mine, pulse):
    for number in (2, 3):
        draft = mine.get(f"dashboards/{pulse.public_id}/draft").json()
        draft["document"]["widgets"][0]["title"] = f"Title {number}"
        saved = mine.put(f"dashboards/{pulse.public_id}/draft", {key: draft[key] for key in ("revision", "document")})
        mine.post(f"dashboards/{pulse.public_id}/publications", {"revision": saved.json()["revision"]})
    first = mine.get(f"dashboards/{pulse.public_id}/versions?limit=2").json()
    rest = mine.get(f"dashboards/{pulse.public_id}/versions?cursor={first['next']}").json()
    assert [[each["number"] for each in page["entries"]] for page in (first, rest)] == [[3, 2], [1]]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "limit=", "cursor=x", "cursor=a.b"])
def test_bounds_are_told(mine, five, query):
    answer = mine.get(f"dashboards?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_cursor_of_another_list_is_none_of_this(mine, five):
    cursor = mine.get("members?limit=1").json()["next"]
    assert mine.get(f"dashboards?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_much_for_one_as_for_three(cast, path):
    counts = []
    for number in (1, 3):
        _grow(cast, path, number)
        mine = program(cast.at_harbour, cast.ada, name=f"For {number}")
        with CaptureQueriesContext(connection) as asked:
            found = mine.get(path).json()["entries"]
        assert len(found) >= number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _grow(cast, path, number):
    from operant.testing import relay

    mine = program(cast.at_harbour, cast.ada, name="Growing")
    for step in range(number):
        if path == "invitations":
            assert mine.post(path, {"email": f"p{number}{step}@harbour.example", "role": "viewer"}).status_code == 201
        elif path == "dashboards":
            assert mine.post(path, {"name": f"Number {number}.{step}"}).status_code == 201
        elif path == "sources":
            with cast.at_harbour(cast.ben):
                stage.source(cast.ben, name=f"Orders {number}{step}")
        elif path == "screens":
            with cast.at_harbour(cast.ben):
                shown = stage.published(cast.ben, name=f"Shown {number}{step}").dashboard
            relay.paired(relay.Tv(), cast.at_harbour, cast.ann, name=f"Screen {number}{step}", dashboard=shown)
