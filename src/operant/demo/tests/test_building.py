from operant import demo
from operant.demo.building import HARBOUR, MEADOW
from operant.panel.organizations import queries as organizations
from operant.platform import tenancy
from operant.relay.models import Screen
from operant.stage.models import Dashboard, Source
from operant.testing.queue import run_jobs


def _counts() -> dict[str, list]:
    found = {}
    for key in (HARBOUR, MEADOW):
        with tenancy.organization_scope(key):
            found[organizations.organization().name] = [
                [member.person.email for member in organizations.members()],
                [(board.name, board.published.number) for board in Dashboard.objects.select_related("published")],
                sorted(Source.objects.values_list("name", flat=True)),
                sorted(Screen.objects.values_list("name", "state")),
            ]
    return found


EXPECTED = {
    "Harbour": [
        ["ada@harbour.example", "ben@harbour.example", "cleo@harbour.example"],
        [("Company pulse", 3)],
        ["claims", "deliveries"],
        [("Dispatch desk", "offline"), ("Lobby", "offline"), ("Packing line 1", "offline")],
    ],
    "Meadow": [["mallory@meadow.example"], [("Garden rounds", 3)], ["visits"], []],
}


def test_the_demo_is_built_once(db):
    demo.build(password="a long and good one")
    demo.build(password="a long and good one")
    assert _counts() == EXPECTED


def test_every_query_of_the_demo_answers(db):
    from operant.platform import queue  # noqa: F401
    from operant.platform.queue import waits
    from operant.stage.models import Result

    demo.build(password="a long and good one")
    for _ in range(2):
        waits.sweep()
        run_jobs()
    for key, queries in ((HARBOUR, 5), (MEADOW, 3)):
        with tenancy.organization_scope(key):
            results = list(Result.objects.all())
            assert [(each.state, each.error) for each in results] == [("ok", "")] * queries
