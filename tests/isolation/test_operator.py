"""
What an operator sees of organizations: how many, never what. In every field of every table of Harbour and Meadow lies a
canary, and none of them is on a page of the operator's room or in what a definer function gives.
"""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction
from django.test import Client

from operant.panel.accounts.models import Person
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock, tenancy
from operant.platform.tenancy import audit
from operant.platform.tenancy.models import TenantSample, isolated_models
from operant.testing import cast as casting

from .rows import planted
from .test_routes import BESIDE, PART

CANARY = "Xanthippe"
SEEN = re.compile(CANARY, re.IGNORECASE)
# By these an organization is called; the operator's list is made of them.
TOLD = {"organizations_organization": {"name", "slug"}}
# What a definer function takes, by type; a trigger is called by nobody.
VALUES = {"timestamp with time zone": lambda: clock.now(), "interval": lambda: "1 minute", "integer": lambda: 50}
CALLED = [signature for signature in audit.DEFINERS if signature != "app.make_claim()"]
PAGES = [route["path"] for route in BESIDE if route["auth"] == "operator" and "GET" in route["methods"]]


@pytest.fixture(scope="module")
def canaries(world) -> dict[str, int]:
    """How many canaries lie in each table."""
    found: dict[str, int] = {}
    for organization, person in ((world.cast.harbour, world.cast.ada), (world.cast.meadow, world.cast.mallory)):
        with tenancy.organization_scope(organization.pk, person.pk):
            for model in isolated_models(apps):
                found[model._meta.db_table] = found.get(model._meta.db_table, 0) + _hidden(model, person)
    with tenancy.reception():
        for person in Person.objects.all():
            email = f"{CANARY}-{person.email}".lower()
            Person.objects.filter(pk=person.pk).update(name=f"{CANARY} {person.name}", email=email)
    return found


@pytest.fixture(scope="module")
def operator(world, canaries) -> Client:
    person = casting.person("Olga", "operator")
    with tenancy.organization_scope(tenancy.OPERATOR, person.pk):
        Membership.objects.create(person=person, role=Role.OWNER)
    return casting.signed_in(person, headers={"x-forwarded-for": "9.9.9.9"})


def test_canaries_lie_everywhere(canaries):
    """Where words can be written at all, there is one; the rest holds numbers, times and keys."""
    wordless = {table for table, number in canaries.items() if not number}
    assert {table for table in wordless if _has_words(table)} == set()
    assert len(canaries) - len(wordless) > 12


def test_the_search_finds_what_members_see(world, canaries):
    """The control: who belongs to Harbour has canaries on the page."""
    with tenancy.reception():
        # Her address changed, which ended her session.
        ada = casting.signed_in(Person.objects.get(pk=world.cast.ada.pk))
    assert SEEN.search(ada.get("/o/harbour/dashboards/").content.decode())
    assert SEEN.search(ada.get("/o/harbour/find", {"q": CANARY}).content.decode())


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_operators_room_shows_any(operator, path):
    if path == "/metrics":
        return
    address = PART.sub("00000000-0000-4000-8000-000000000000", path.replace("<int:number>", "1"))
    for wish in ("", f"?q={CANARY}&status=waiting", "?format=csv"):
        answer = operator.get(address + wish)
        assert answer.status_code in {200, 404, 405}
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # What was searched for stands in its field again.
        assert SEEN.findall(text.decode().replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")) == []


@pytest.mark.parametrize("signature", CALLED)
def test_no_definer_function_gives_any(operator, canaries, world, signature):
    for organization_id in (tenancy.OPERATOR, world.cast.meadow.pk):
        with world.undone(), tenancy.organization_scope(organization_id), connection.cursor() as cursor:
            name, _, taken = signature.rstrip(")").partition("(")
            values = [VALUES[kind]() for kind in taken.split(",") if kind]
            cursor.execute(f"SELECT t::text FROM {name}({', '.join(['%s'] * len(values))}) t", values)
            assert [row for row, in cursor.fetchall() if row and SEEN.search(row)] == []


@pytest.mark.parametrize("signature", [each for each in CALLED if each.startswith("app.told_")])
def test_what_is_told_is_told_in_the_operators_scope_only(operator, canaries, world, signature):
    counted = []
    name, _, taken = signature.rstrip(")").partition("(")
    values = ["2020-01-01T00:00:00Z"] if taken else []
    for organization_id in (tenancy.OPERATOR, world.cast.harbour.pk):
        with tenancy.organization_scope(organization_id), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {name}({', '.join(['%s'] * len(values))})", values)
            counted.append(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}({', '.join(['%s'] * len(values))})", values)
        counted.append(cursor.fetchone()[0])
    assert counted[1:] == [0, 0]
    # The control: there is something to tell. Weeks of groups are another test's.
    assert counted[0] > 0 or name == "app.told_usage"


def _hidden(model: type[models.Model], person: Person) -> int:
    """Write canaries into a row of the organization in scope, and return how many it took."""
    row = planted(model, person)
    fields = [field for field in model._meta.local_fields if _takes_words(field) and not field.primary_key]
    fields = [field for field in fields if field.name not in TOLD.get(model._meta.db_table, ())]
    if isinstance(row, TenantSample):
        return 0
    return sum(_written(model, row, field) for field in fields)


def _written(model: type[models.Model], row: models.Model, field: models.Field) -> bool:
    value = [CANARY] if isinstance(field, models.JSONField) else f"{CANARY}{uuid4().hex[:4]}"[: field.max_length]
    if isinstance(field, models.EmailField):
        value = f"{value}@{CANARY}.example"
    try:
        with transaction.atomic():
            return bool(model._default_manager.filter(pk=row.pk).update(**{field.name: value}))
    except Error:
        return _inserted(model, row, field, value)


def _inserted(model: type[models.Model], row: models.Model, field: models.Field, value: object) -> bool:
    """What nobody may change, or not to this, is written anew, if it can be written at all."""
    row.pk = uuid4()
    row._state.adding = True
    setattr(row, field.name, value)
    for other in _numbers(model):
        setattr(row, other.name, getattr(row, other.name) + 1000)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            return True
    except Error:
        return False


def _numbers(model: type[models.Model]) -> list[models.Field]:
    """Return what is counted up so that a row is one of its own."""
    named = {name for each in model._meta.constraints if isinstance(each, models.UniqueConstraint) for name in each.fields}
    return [field for field in model._meta.local_fields if field.name in named and isinstance(field, models.IntegerField)]


def _takes_words(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices


def _has_words(table: str) -> bool:
    model = next(each for each in isolated_models(apps) if each._meta.db_table == table)
    left = TOLD.get(table, set()) | {"organization_id"}
    return any(_takes_words(field) and field.name not in left for field in model._meta.local_fields) and not issubclass(
        model, TenantSample
    )

