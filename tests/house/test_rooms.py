"""What import-linter cannot see: foreign keys by name, templates and addresses. They look down as imports do."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from operant.config import routes
from operant.panel.organizations.models import Organization
from operant.platform.tenancy import audit
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from . import sources

OURS = [model for model in apps.get_models() if model.__module__.startswith("operant.")]
REFERENCES = [
    (model, field)
    for model in OURS
    for field in model._meta.local_fields
    if isinstance(field, models.ForeignKey) and field.remote_field.model.__module__.startswith("operant.")
]
ADDRESS = re.compile(r"{%\s*url\s+['\"]([\w-]+)['\"]")
CALL = re.compile(r"reverse(?:_lazy)?|redirect")
STATEMENTS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
TEMPLATE = re.compile(r"{%\s*(?:extends|include)\s+['\"]([\w/.-]+)['\"]")


def test_the_plan_of_the_house_is_read():
    assert sources.may_look("relay", "stage")
    assert not sources.may_look("stage", "relay")
    assert sources.may_look("panel.organizations", "panel.accounts")
    assert sources.may_look("platform.messaging", "platform.queue")
    assert not sources.may_look("platform.tenancy", "platform.queue")
    assert sources.may_look("stage", "stage")


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=lambda each: getattr(each, "name", None) or each.__name__)
def test_foreign_keys_point_down_and_stay_inside_their_organization(model, field):
    target = field.remote_field.model
    assert sources.may_look(sources.room_of(model.__module__), sources.room_of(target.__module__))
    if issubclass(model, TenantModel) and issubclass(target, TenantModel):
        assert isinstance(field, TenantForeignKey), "a plain key is checked past row security: use TenantForeignKey"


def test_the_catalog_of_the_database_agrees(db):
    with connection.cursor() as cursor:
        assert audit.findings(cursor) == []
        wanted = {
            (model._meta.db_table, field.column) for model, field in REFERENCES if isinstance(field, TenantForeignKey)
        }
        cursor.execute(
            "SELECT c.conrelid::regclass::text, array_agg(a.attname::text) FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) "
            "WHERE c.contype = 'f' GROUP BY c.oid, c.conrelid"
        )
        tied = {
            (table, column)
            for table, columns in cursor.fetchall()
            for key in ("id" if table == Organization._meta.db_table else "organization_id",)
            if key in columns
            for column in set(columns) - {key}
        }
    assert wanted - tied == set(), "the migration forgets Isolate or Tie for these"


def test_addresses_are_named_downward():
    rooms = {route["name"]: route["room"] for route in routes.inventory() if route["name"]}
    excused = sources.excused("addresses")
    upward = {
        f"{sources.short(path)}: {name}"
        for path, name in [*_reversed(), *_named_in_templates(ADDRESS)]
        if rooms.get(name) in _known(rooms) and not sources.may_look(_room(path), rooms[name])
    }
    assert upward - excused == set()


def test_every_named_address_exists():
    known = {route["name"] for route in routes.inventory()}
    unknown = [
        f"{sources.short(path)}: {name}"
        for path, name in [*_reversed(), *_named_in_templates(ADDRESS)]
        if name not in known and not name.startswith("account_")
    ]
    assert unknown == []


def test_templates_are_used_downward():
    owners = {
        path.relative_to(_folder(path)).as_posix(): sources.room_of(sources.short(path))
        for path in sources.files(".html", ".txt", ".mjml", trees=("src",))
        if "templates" in path.parts
    }
    upward = [
        f"{sources.short(path)}: {name}"
        for path, name in _named_in_templates(TEMPLATE)
        if name in owners and not sources.may_look(_room(path), owners[name])
    ]
    assert upward == []


def test_only_relay_reads_what_screens_tell():
    others = [path for path in sources.python() if "relay" not in path.parts]
    assert [f"{sources.short(path)}: {name}" for path in others for name in telemetry(path)] == []


def test_the_rule_sees_who_reads_it(tmp_path):
    (tmp_path / "nosy.py").write_text(
        "from operant.relay.models import Heartbeat, Screen\nfrom operant.relay import models\n"
        "from operant.relay.wire import ClientError\n"
        "models.ClientError.objects.all()\ncursor.execute('SELECT * FROM relay_heartbeat')\nscreen.errors.count()\n"
    )
    assert sorted(telemetry(tmp_path / "nosy.py")) == ["ClientError", "Heartbeat", "relay_heartbeat"]


def telemetry(path: Path) -> list[str]:
    """Return how a file names the tables of what screens tell: as models, or in SQL."""
    kept = {"Heartbeat": "relay_heartbeat", "ClientError": "relay_client_error"}
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("relay.models"):
            found += [alias.name for alias in node.names if alias.name in kept]
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "models" and node.attr in kept:
            found.append(node.attr)
        elif isinstance(node, ast.Constant) and str(node.value).startswith(STATEMENTS):
            found += [table for table in kept.values() if table in node.value]
    return found


def _known(rooms: dict[str, str]) -> set[str]:
    return {room for room in rooms.values() if room.partition(".")[0] in sources.order()}


def _room(path: Path) -> str:
    return sources.room_of(sources.short(path))


def _folder(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.name == "templates")


def _named_in_templates(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    paths = sources.files(".html", ".txt", ".mjml", trees=("src",))
    return [(path, name) for path in paths for name in pattern.findall(path.read_text(encoding="utf-8"))]


@cache
def _reversed() -> list[tuple[Path, str]]:
    found = []
    texts = {path: path.read_text(encoding="utf-8") for path in sources.python()}
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text if CALL.search(text) else "")):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if CALL.fullmatch(node.func.id) and isinstance(first, ast.Constant):
                    found.append((path, str(first.value)))
    return [(path, name) for path, name in found if re.fullmatch(r"[\w-]+", name)]
