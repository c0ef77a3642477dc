"""A page asks as many questions for three things as for twelve. Generated from the inventory of routes."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock

from . import crowd
from .test_routes import INSIDE, filled, known

FEW, MANY = 3, 12
PAGES = [route for route in INSIDE if "GET" in known(route)]
VALUE = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|\bs\d+_x\d+\b")
LIST = re.compile(r"\((?:\?, )+\?\)")


@pytest.fixture(scope="module")
def counts(world):
    """What each page asked while there was little in the house, and while there was much."""
    # What a look renews after a while is renewed in neither count, however long they take.
    with world.undone(), clock.frozen():
        crowd.gather(world, FEW)
        for route in PAGES:
            # The first answer may fill what a process remembers.
            world.clients["ada"].get(filled(world, route, "harbour"))
        few = {route["path"]: _asked(world, route) for route in PAGES}
        crowd.gather(world, MANY - FEW)
        return few, {route["path"]: _asked(world, route) for route in PAGES}


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route["path"])
def test_a_page_asks_the_same_for_three_and_for_twelve(counts, route):
    (few, _), (many, _) = (found[route["path"]] for found in counts)
    assert many - few == Counter(), "these are asked once for each thing: use select_related, prefetch_related or one query"


def test_the_crowd_is_on_the_pages(counts):
    """The control: the lists really grew."""
    few, many = ({path.split(">")[1]: size for path, (_, size) in found.items() if path.count("<") == 1} for found in counts)
    assert [path for path in ("/dashboards/", "/people/", "/screens/", "/sources/") if many[path] < few[path] * 1.2] == []


def test_the_count_sees_a_question_for_each_thing(world):
    with world.undone(), world.cast.at_harbour():
        from operant.panel.organizations.models import Membership

        with CaptureQueriesContext(connection) as asked:
            assert {each.person.name for each in Membership.objects.all()} == {"Ada", "Ann", "Ben", "Cleo"}
    assert len(asked) == 5


def _asked(world, route):
    address = filled(world, route, "harbour")
    with CaptureQueriesContext(connection) as asked:
        answer = world.clients["ada"].get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Counter(_shape(query["sql"]) for query in asked), len(body)


def _shape(sql):
    """A question without its values: how long a list of them is does not make it another one."""
    return LIST.sub("(?)", VALUE.sub("?", sql))
