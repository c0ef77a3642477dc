"""Policies ask for the context in a sub-select, once a statement, and compare it without a cast."""

import re

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from operant.platform.tenancy import audit, install, operations

from . import sources

# With the call bare, PostgreSQL asks it for each row (4 to 9 times the cost); a cast outside costs nearly 8 times.
CALL = re.compile(r"(?<!select )\b(?:app\.\w+|current_setting)\s*\(", re.IGNORECASE)
CAST = re.compile(r"::|\bcast\s*\(", re.IGNORECASE)
POLICY = re.compile(r"create\s+policy[^;]*", re.IGNORECASE)
# What PostgreSQL writes beside a literal when it gives a policy back costs nothing: it is folded when planned.
LITERAL = re.compile(r"'[^']*'::text")
BARE = "organization_id = app.org()"
CAST_OUTSIDE = "organization_id::text = (SELECT app.org())::text"


def written() -> list[str]:
    """Return the text of every policy that a migration or the installation makes."""
    found = POLICY.findall(install.SCHEMA)
    for (label, name), migration in MigrationLoader(None).disk_migrations.items():
        for operation in migration.operations:
            if isinstance(operation, operations.Isolate | operations.Policies):
                found += [f"{label} {name}: {condition}" for condition in (operation.visible, operation.own)]
            elif isinstance(operation, RunSQL):
                found += [f"{label} {name}: {text}" for text in POLICY.findall(str(operation.sql))]
    return found


def wrong(condition: str) -> list[str]:
    """Return what a policy's condition calls bare or casts outside a sub-select."""
    plain = LITERAL.sub("''", re.sub(r"\(\s+", "(", condition))
    inside = re.sub(r"\(select (?:app\.\w+\(\)|current_setting\([^)]*\))[^()]*\)", "", plain, flags=re.IGNORECASE)
    return CALL.findall(plain) + CAST.findall(inside)


@pytest.mark.parametrize("condition", written())
def test_what_migrations_write(condition):
    assert wrong(condition) == []


def test_what_the_operations_write():
    made = [*operations._row_security("t"), *operations._policies("t", operations.SAME, operations.SAME)]
    assert [each for each in made if wrong(each)] == []


def test_what_the_database_keeps(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT polrelid::regclass || '.' || polname, concat_ws(' ', pg_get_expr(polqual, polrelid), "
            "pg_get_expr(polwithcheck, polrelid)) FROM pg_policy"
        )
        kept = dict(cursor.fetchall())
    assert len(kept) > 30
    assert {name for name, condition in kept.items() if wrong(condition)} == set()


@pytest.mark.parametrize("condition", [BARE, CAST_OUTSIDE, "CAST(organization_id AS text) = (SELECT app.org())"])
def test_the_rule_sees_what_is_slow(condition):
    assert wrong(condition)


def test_every_definer_function_is_named_and_every_name_has_its_function(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE p.prosecdef AND n.nspname IN ('app', 'public')"
        )
        assert {row[0] for row in cursor.fetchall()} == set(audit.DEFINERS)


# Who reaches the tables about people beside accounts, each with the reason.
AT_RECEPTION = {
    "src/operant/config/uploads.py": "asks who sends a large file before Django would put it on the disk",
    "src/operant/panel/notifications/actions/wishing.py": "an opt-out sent at sign-up is heeded before anybody is in",
    "src/operant/panel/notifications/queries.py": "news of the product goes to people of every organization",
}


def standing_at_reception() -> list[str]:
    """Return the modules outside accounts that open the reception."""
    places = ("src/operant/panel/accounts/", "src/operant/platform/tenancy/", "src/operant/testing/")
    ours = [path for path in sources.files(".py", trees=("src",)) if "tests" not in path.parts]
    others = [path for path in ours if not sources.short(path).startswith(places)]
    return [sources.short(path) for path in others if re.search(r"\b(?:reception|stand_at_reception)\(", path.read_text())]


def test_the_reception_is_for_accounts():
    assert standing_at_reception() == list(AT_RECEPTION)
