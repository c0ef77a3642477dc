"""
Where programs may come: every endpoint, with every kind of token that is none, not enough, or somebody else's.

Of the tokens that are not good `make test` shows each endpoint two, and the next endpoint the next two.
"""

import io
from datetime import timedelta

import pytest

from operant.config import routes
from operant.config.api import api
from operant.demo import logos
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.panel.tokens import actions
from operant.platform import clock
from operant.platform.events.announcing import WITNESSES
from operant.platform.tenancy.ids import public_id
from operant.stage import text
from operant.testing.api import Program, made
from operant.testing.sampled import sampled

from .planted import MARK
from .test_routes import PART, filled

ROUTES = {route["path"]: route for route in routes.inventory() if route["auth"] == "token"}


def endpoints():
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            yield from view.operations


OPERATIONS = {operation.operation_id: operation for operation in endpoints()}
NOT_GOOD = ("none", "noise", "cut short", "forged", "revoked", "expired", "its maker left", "a screen's")
# Endpoints that change nothing here, each with the reason.
CHANGES_NOTHING = {
    "clear_screen_alerting": "the planted screen has no terms of its own", "unmute_screen": "the planted screen is not muted",
    "query_source": "it reads", "publish_dashboard": "what stands in Harbour is published already",
    "run_query": "a question to a source: it stands in the log of runs",
    "refresh_extract": "asks for what it is made of: it stands in the log of runs",
    "append_rows": "rows are samples: making the dataset is told", "replace_rows": "rows are samples, too",
    "make_version": "its newest version is what the draft is",
    "publish_version_again": "the first version is the published one", "replace_text": "it is what the draft is already",
}  # fmt: skip
# And those that what stands in Harbour is in the way of.
REFUSED = {
    "choose_sheet": "the planted source is no workbook",
    "delete_dashboard": "a screen shows it",
    "delete_source": "a dashboard reads it",
    "pair_screen": "no device shows a code",
    "replace_device": "no device shows a code",
    "return_draft": "nothing replaced the draft",
    "test_database": "the planted source is a file",
}
every = pytest.mark.parametrize("name", sorted(OPERATIONS))


def bodies(world):
    """A body that fits, for each endpoint that takes one."""
    return {
        "change_organization": {"name": "Renamed"},
        "change_role": {"role": "editor"},
        "change_dashboard_access": {"right": "editor"},
        "change_screen_access": {"right": "viewer"},
        "make_service_account": {"name": "Robot", "role": "viewer"},
        "change_service_role": {"role": "viewer"},
        "invite": {"email": "new@somewhere.example", "role": "viewer"},
        "rename_source": {"name": "Renamed"},
        "use_source_version": {"number": 1},
        "pin_columns": {"types": {"revenue": "text"}},
        "choose_sheet": {"sheet": "S1"},
        "connect_database": {"name": "Shop", "host": "db.invalid", "database": "shop", "user": "reader"},
        "connect_feed": {"name": "Tickets", "kind": "http_json", "address": "https://tickets.invalid/"},
        "declare_dataset": {"name": "Sales", "columns": [{"name": "pieces", "type": "integer"}]},
        "make_extract": {
            "name": "Heap", "origin": world.database.public_id, "sql": "select 1", "schedule": {"every_minutes": 60},
        },
        "change_extract": {"sql": "select 2", "schedule": {"daily_at": "06:30"}},
        "append_rows": {"rows": [{"pieces": 1}]},
        "replace_rows": {"rows": [{"pieces": 1}]},
        "add_webhook": {"address": "https://example.com/"},
        "change_webhook": {"description": "Renamed"},
        "replay_failed_webhooks": {"since": "2026-01-01T00:00:00Z"},
        "query_source": {"sql": "select 1 as one"},
        **of_dashboards(world),
        **of_screens(world),
    }


def of_dashboards(world):
    draft = {"revision": world.dashboard.revision, "document": world.dashboard.draft}
    return {
        "create_dashboard": {"name": "Made"},
        "rename_dashboard": {"name": "Renamed"},
        "file_dashboard": {"folder": "Sales", "tags": ["weekly"]},
        "save_draft": draft,
        "publish_dashboard": {"revision": draft["revision"]},
        "publish_version_again": {},
        "create_from_text": {"text": TEXT},
        "replace_text": {"text": text.written(world.dashboard.draft, {})},
        "create_alert": ALERT,
        "create_share": {"name": "Board"},
        "change_share": {"name": "Board"},
        "annotate": {"text": "Version 8 went out"},
        "annotate_dashboard": {"text": "Version 8 went out", "tag": "deploy"},
        "save_query": {"name": "Made", "source": world.source.public_id, "sql": "select 1"},
        "change_saved_query": {"name": "Changed", "source": world.source.public_id, "sql": "select 1"},
        "publish_saved_query": {"dashboards": [world.using.public_id]},
        "save_query_from_text": {"text": SAVED.format(world.source.public_id)},
        "change_alert": ALERT,
        "set_budget": {"runs": 60, "seconds": None},
        "mute_alert": {"until": (clock.now() + timedelta(days=1)).isoformat()},
        "plan_publication": {"revision": draft["revision"], "at": (clock.now() + timedelta(days=1)).isoformat()},
    }


def of_screens(world):
    return {
        "pair_screen": {"code": "ZZZZZZ", "name": "Somewhere"},
        "change_screen": {"name": "Renamed"},
        "command_screen": {"kind": "identify"},
        "mute_screen": {"until": (clock.now() + timedelta(hours=1)).isoformat()},
        "set_alerting": {"kinds": ["offline"]},
        "set_screen_alerting": {"kinds": ["offline"]},
        "make_playlist": {"name": "Made"},
        "change_playlist": {"name": "Renamed"},
        **dict.fromkeys(("make_site", "make_group"), {"name": "Made"}),
        **dict.fromkeys(("change_site", "rename_group"), {"name": "Renamed"}),
        "make_version": {"revision": world.dashboard.revision},
        "deploy_dashboard": {"version": world.dashboard.published.public_id, "stages": ["all"]},
        "make_schedule": {"name": "Made"},
        "change_schedule": {"name": "Renamed"},
        "replace_device": {"code": "ZZZZZZ"},
        "take_over_screens": {"text": "Drill", "until": (clock.now() + timedelta(days=1)).isoformat()},
    }


ALERT = {
    "name": "Many", "query": "q1", "column": "revenue", "reduce": "last", "condition": "above", "limit": "20",
}  # fmt: skip
SAVED = "format: 1\nsaved_query: Made\nsource: {}\nsql: select 1\n"
TEXT = "format: 1\ntitle: Made\ngrid: {columns: 24, rows: 14}\n"


def route_of(name):
    """Return the inventory's line of an endpoint: by the pattern that Django matches."""
    operation = OPERATIONS[name]
    pattern = "/api/v1" + operation.path.replace("{", "<").replace("}", ">")
    return ROUTES[pattern]


def asked(world, name, token, *, absent=False):
    operation, route = OPERATIONS[name], route_of(name)
    if name in {"return_dashboard", "append_rows", "replace_rows", "cancel_deployment"}:
        route = {**route, "name": f"api_{name}"}
    address = filled(world, route, "", absent).removeprefix("/api/v1/")
    program = Program(token)
    with world.undone():
        if getattr(operation.view_func, "takes_files", False):
            content, named = (logos.meadow(), "logo.png") if name == "put_logo" else (b"a,b\n1,2\n", "orders.csv")
            file = io.BytesIO(content)
            file.name = named
            return program.send(address, file)
        return program.ask(operation.methods[0], address, bodies(world).get(name))


@pytest.fixture(scope="module")
def tokens(world):
    """A token of every kind; each is good but for what its name says."""
    harbour, cast = world.cast.at_harbour, world.cast
    texts = {"good": made(harbour, cast.ada)[1], "another organization's": made(world.cast.at_meadow, cast.mallory)[1]}
    for kind in ("revoked", "expired", "its maker left", "its maker is a viewer now"):
        texts[kind] = _spoiled(world, kind)
    good = texts["good"]
    texts |= {"none": "", "noise": "x.y.z", "cut short": good[:-1], "a screen's": world.tv.access}
    texts["forged"] = _forged(good)
    return texts


def _spoiled(world, kind):
    cast = world.cast
    end = clock.now() + timedelta(days=1) if kind == "expired" else None
    with cast.at_harbour(cast.ada):
        dora = _enrolled(kind)
    token, text = made(cast.at_harbour, dora, name=kind, expires_at=end)
    with cast.at_harbour(cast.ada):
        ada, member = _member(cast.ada), _member(dora)
        if kind == "revoked":
            actions.revoke(token=token, by=ada)
        elif kind == "expired":
            token.expires_at = clock.now()
            token.save(update_fields=["expires_at"])
        elif kind == "its maker left":
            organizations.remove(by=ada, member=member)
        else:
            organizations.change_role(by=ada, member=member, role=Role.VIEWER)
    return text


def _enrolled(kind):
    from operant.panel.accounts import actions as accounts

    person = accounts.ensure_person(email=f"{kind.replace(' ', '-')}@harbour.example", name=kind)
    organizations.enroll(person=person, role=Role.ADMIN)
    return person


def _member(person):
    return Membership.objects.select_related("person").get(person=person)


def _forged(good):
    from operant.panel.tokens import writing

    head = good[: -writing.CHECKSUM - 1] + ("A" if good[-writing.CHECKSUM - 1] != "A" else "B")
    return head + writing._checksum(head)


@every
def test_a_good_token_is_let_in_and_named_by_the_entry_of_what_it_changes(world, tokens, name):
    """The control: everything that the other tests try to reach is there."""
    entries = []

    def witness(event, row):
        entries.append((row.actor_kind, row.actor_label, row.person_id))

    WITNESSES.append(witness)
    try:
        answer = asked(world, name, tokens["good"])
    finally:
        WITNESSES.remove(witness)
    expected = {
        "pair_screen": {404}, "replace_device": {404}, "remove_member": {204}, "test_database": {404},
    }.get(name, {200, 201, 204, 409})  # fmt: skip
    assert answer.status_code in expected, answer.content
    if name in {"get_dashboard", "get_source", "get_screen", "list_dashboards", "list_invitations"}:
        assert MARK.lower() in answer.content.decode().lower()
    if OPERATIONS[name].methods[0] != "GET" and name not in CHANGES_NOTHING:
        # What is refused for what stands in the house changes nothing, and is no entry.
        told = {("token", "Nightly", world.cast.ada.pk)} if answer.status_code < 300 else set()
        assert set(entries) == told
        assert answer.status_code < 300 or name in REFUSED


@every
def test_any_other_is_not(world, tokens, name):
    kinds = sampled(NOT_GOOD, 2, turn=sorted(OPERATIONS).index(name))
    answers = {kind: asked(world, name, tokens[kind]) for kind in kinds}
    expected = dict.fromkeys(kinds, (401, "application/problem+json"))
    assert {kind: (answer.status_code, answer["Content-Type"]) for kind, answer in answers.items()} == expected
    assert [kind for kind, answer in answers.items() if MARK in answer.content.decode()] == []


@every
def test_another_organizations_token_finds_nothing_of_ours(world, tokens, name):
    theirs = tokens["another organization's"]
    taken = asked(world, name, theirs)
    assert MARK.lower() not in taken.content.decode().lower()
    if {part for _, part in PART.findall(route_of(name)["path"])}:
        none = asked(world, name, theirs, absent=True)
        assert (taken.status_code, taken.json()["detail"]) == (404, none.json()["detail"])


def test_ids_in_bodies_are_no_way_in_either(world, tokens):
    theirs = Program(tokens["another organization's"])
    dashboard, source = public_id("dsh", world.dashboard.pk), public_id("src", world.source.pk)
    with world.undone():
        made_here = theirs.post("dashboards", {"name": "Mine"}).json()["id"]
        tries = [
            theirs.post("dashboards", {"name": "Stolen", "source": source}),
            theirs.post("dashboards", {"name": "Stolen", "document": world.dashboard.draft}),
            theirs.put(f"dashboards/{made_here}/draft", {"revision": 1, "document": world.dashboard.draft}),
            theirs.post("screens", {"code": "ZZZZZZ", "name": "Mine", "dashboard": dashboard}),
        ]
    assert [each.status_code for each in tries] == [404, 422, 422, 404]
    assert [each for each in tries if MARK in each.content.decode()] == []


@every
def test_a_token_without_the_scope_is_told_which(world, name):
    needed = OPERATIONS[name].view_func.needs
    if not needed:
        return
    others = [scope for scope in ("stage:read", "relay:read", "people:read") if scope != needed]
    with world.undone():
        _, text = made(world.cast.at_harbour, world.cast.ada, scopes=others)
        answer = asked(world, name, text)
    assert (answer.status_code, answer.json()["scope"]) == (403, needed)


@every
def test_a_token_has_no_more_than_its_maker_has_now(world, tokens, name):
    rule = OPERATIONS[name].view_func.rule
    answer = asked(world, name, tokens["its maker is a viewer now"])
    if rule is None or rule.role == Role.VIEWER:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 403
        assert "acts as viewer" in answer.json()["detail"]


def test_every_endpoint_asks_for_a_scope_and_a_role_or_says_why_not():
    open_ones = {name for name, each in OPERATIONS.items() if not (each.view_func.needs and each.view_func.rule)}
    assert open_ones == {"get_token"}  # what a token is, it may know itself


def test_every_endpoint_is_in_the_inventory():
    told = {(route["path"], method) for route in ROUTES.values() for method in route["methods"]}
    mine = {(route_of(name)["path"], operation.methods[0]) for name, operation in OPERATIONS.items()}
    assert told == mine
    rooms = {"panel.organizations", "panel.tokens", "panel.webhooks", "relay", "stage"}
    assert {route["room"] for route in ROUTES.values()} == rooms
