from operant import demo
from operant.demo.building import HARBOUR, MEADOW
from operant.panel.organizations import queries as organizations
from operant.platform import tenancy
from operant.platform.queue import waits
from operant.relay.models import Screen
from operant.stage import actions as stage
from operant.stage.models import Dashboard, Result, Source
from operant.testing.queue import run_jobs


def _counts() -> dict[str, list]:
    found = {}
    for key in (HARBOUR, MEADOW):
        with tenancy.organization_scope(key):
            found[organizations.organization().name] = [
                [member.person.email for member in organizations.members()],
                [(board.name, board.published.number) for board in Dashboard.objects.select_related("published").order_by("name")],
                sorted(Source.objects.values_list("name", flat=True)),
                sorted(Screen.objects.values_list("name", "state")),
            ]
    return found


EXPECTED = {
    "Harbour": [
        ["ada@harbour.example", "ben@harbour.example", "cleo@harbour.example"],
        [("Company pulse", 3), ("Welcome", 1)],
        ["Claims", "Deliveries"],
        [("Dispatch desk", "offline"), ("Lobby", "offline"), ("Packing line 1", "offline")],
    ],
    "Meadow": [["mallory@meadow.example"], [("Garden rounds", 3)], ["Visits"], []],
}


def test_the_demo_is_built_once(db):
    demo.build(password="a long and good one")
    demo.build(password="a long and good one")
    assert _counts() == EXPECTED


def test_every_query_of_the_demo_answers(db):
    demo.build(password="a long and good one")
    _pass_time()
    for key in (HARBOUR, MEADOW):
        with tenancy.organization_scope(key):
            stage.watch(document=Dashboard.objects.order_by("name").first().published.document)
    _pass_time()
    for key, queries in ((HARBOUR, 6), (MEADOW, 3)):
        with tenancy.organization_scope(key):
            assert [(each.state, each.error) for each in Result.objects.all()] == [("ok", "")] * queries


def _pass_time() -> None:
    waits.sweep()
    run_jobs()
