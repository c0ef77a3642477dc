"""Every way in which somebody could spoil what keeps organizations apart, as the statements that do it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from operant.platform.tenancy import audit, policies
from operant.platform.tenancy.policies import Policy

BARE = {f"( SELECT app.{name}() AS {name})": f"app.{name}()" for name in ("org", "person", "reception")}
CAST = {"(organization_id = ( SELECT app.org() AS org))": "((organization_id)::text = (( SELECT app.org()))::text)"}
VERBS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


@dataclass(frozen=True)
class Mutant:
    """
    One spoiled database.

    `felt` says that the matrix alone has to notice, by what strangers reach. The others leave one of two fences
    standing, or are merely slow, or open a way that nobody takes yet: there the catalog audit has to notice.
    """

    kind: str
    table: str
    statements: tuple[str, ...]
    felt: bool = False

    def __str__(self) -> str:
        return f"{self.kind} on {self.table}"


def everything(tables: list[str]) -> list[Mutant]:
    """Return every mutant of these tables, and those of the roles and functions."""
    found = [*functions(), *roles()]
    for table in tables:
        standing = _standing(table)
        found += [*of_table(table, standing), *(each for policy in standing for each in of_policy(policy))]
    return found


def of_policy(policy: Policy) -> Iterator[Mutant]:
    """Return what may happen to one policy."""
    table, name = policy.table, policy.name
    alter = f'ALTER POLICY {name} ON "{table}"'
    drop = f'DROP POLICY {name} ON "{table}"'
    yield Mutant(f"{name} for everybody", table, (f"{alter} TO PUBLIC",))
    if (policy.roles, name) in policies.CROSSINGS:
        # Without it, or with less of it, the clock stands still and its own tests say so; nobody sees any more.
        yield Mutant(f"{name} for ot_app", table, (f"{alter} TO ot_app",))
        return
    yield Mutant(f"{name} dropped", table, (drop,), felt=name == "tenant")
    yield Mutant(f"{name} turned over", table, (drop, _made(policy._replace(permissive=not policy.permissive))))
    yield Mutant(f"{name} for looking only", table, (drop, _made(policy._replace(command="r", check=None)))
                 if policy.command != "r" else (drop, _made(policy._replace(command="*"))))  # fmt: skip
    if policy.using and policy.using != "true":
        yield Mutant(f"{name} widened", table, (f"{alter} USING (true)",))
        yield Mutant(f"{name} with OR true", table, (f"{alter} USING ({policy.using} OR true)",))
    if "ot_app" not in policy.roles:
        yield Mutant(f"{name} for ot_app", table, (f"{alter} TO ot_app",))
    if policy.check and policy.check != "true":
        yield Mutant(f"{name} with any check", table, (f"{alter} WITH CHECK (true)",))
        yield Mutant(f"{name} with OR true in its check", table, (f"{alter} WITH CHECK ({policy.check} OR true)",))
        yield Mutant(f"{name} without a check", table, (drop, _made(policy._replace(check=None))))
    for how, changes in (("bare function", BARE), ("a cast", CAST)):
        changed = policy._replace(using=_swapped(policy.using, changes), check=_swapped(policy.check, changes))
        if changed != policy:
            yield Mutant(f"{name} with {how}", table, (drop, _made(changed)))


def of_table(table: str, standing: list[Policy]) -> Iterator[Mutant]:
    """Return what may happen to one table as a whole."""
    mine = [policy for policy in standing if "ot_app" in policy.roles]
    alter = f'ALTER TABLE "{table}"'
    opened = tuple(f'ALTER POLICY {each.name} ON "{table}" USING (true)' for each in mine if each.using)
    unchecked = tuple(f'ALTER POLICY {each.name} ON "{table}" WITH CHECK (true)' for each in mine if each.check)
    yield Mutant("row security off", table, (f"{alter} DISABLE ROW LEVEL SECURITY",), felt=True)
    yield Mutant("row security not forced", table, (f"{alter} NO FORCE ROW LEVEL SECURITY",))
    yield Mutant("every policy open", table, opened, felt=True)
    if _is_written(table) and _has_organization(table):
        yield Mutant("every check open", table, unchecked, felt=True)
    yield Mutant("owned by ot_app", table, (f"{alter} OWNER TO ot_app",))
    yield Mutant("TRUNCATE granted", table, (f'GRANT TRUNCATE ON "{table}" TO ot_app',))
    yield Mutant("REFERENCES granted", table, (f'GRANT REFERENCES ON "{table}" TO ot_app',))
    yield Mutant("seen through a view", table, (
        f'CREATE VIEW planted AS SELECT * FROM "{table}"', "GRANT SELECT ON planted TO ot_app"))  # fmt: skip
    yield Mutant("read by a function", table, (
        f'CREATE FUNCTION planted() RETURNS SETOF "{table}" LANGUAGE sql SECURITY DEFINER '
        f'SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM public."{table}" $$',))  # fmt: skip
    if _has_organization(table):
        yield from _of_key(table, _key(table))
    for constraint, column, target in _ties(table):
        yield Mutant(f"a plain key for {column}", table, (
            f"{alter} DROP CONSTRAINT {constraint}", f'{alter} ADD FOREIGN KEY ({column}) REFERENCES "{target}" (id)',
        ))  # fmt: skip


def _of_key(table: str, key: list[str]) -> Iterator[Mutant]:
    unique = "((id::text), id)" if key == ["id"] else f"({', '.join(each for each in key if each != 'organization_id')})"
    yield Mutant("unique past organizations", table, (f'CREATE UNIQUE INDEX planted ON "{table}" {unique}',))
    # PostgreSQL itself refuses a key with a column that may be empty.
    if "organization_id" not in key:
        yield Mutant("no organization needed", table, (f'ALTER TABLE "{table}" ALTER organization_id DROP NOT NULL',))


def functions() -> Iterator[Mutant]:
    """Return weakened twins of the functions that cross organizations, and wider doors to them."""
    weak = {
        "without the signature": ("IF value =", "IF value IS NOT NULL OR value ="),
        "without the expiry": ("IF extract(epoch FROM clock_timestamp()) <=", "IF 0 <="),
        "without the key": ("k.outer_pad ||", "''::bytea ||"),
        "unverified": ("BEGIN", "BEGIN RETURN split_part(nullif(value, ''), '.', 1)::uuid;"),
    }
    remembering = ("AND substr(", "OR substr(")
    for name in ("org", "person", "reception"):
        for how, (old, new) in weak.items():
            yield Mutant(f"{name} {how}", f"app.{name}", (_function(f"app.{name}_checked()", old, new),), felt=True)
        yield Mutant(f"{name} remembering anything", f"app.{name}", (_function(f"app.{name}()", *remembering),), felt=True)
    for name, whose in {"mine": "m.person_id = (SELECT app.person())", "members": "m.organization_id = (SELECT app.org())"}.items():
        signature = f"app.{name}()"
        yield Mutant("everybody's", signature, (_function(signature, whose, "true"),
                     f"ALTER FUNCTION {signature} SECURITY DEFINER", f"ALTER FUNCTION {signature} OWNER TO ot_sweep"))  # fmt: skip
    for signature in audit.DEFINERS:
        yield Mutant("no search_path", signature, (f"ALTER FUNCTION {signature} RESET search_path",))
        yield Mutant("public first", signature, (f"ALTER FUNCTION {signature} SET search_path = public, pg_catalog",))
        yield Mutant("owned by a superuser", signature, (f"ALTER FUNCTION {signature} OWNER TO CURRENT_USER",))
        yield Mutant("owned past row security", signature, (f"ALTER FUNCTION {signature} OWNER TO ot_backup",))
        yield Mutant("for everybody", signature, (f"GRANT EXECUTE ON FUNCTION {signature} TO PUBLIC",))


def roles() -> Iterator[Mutant]:
    """Return serving roles that became stronger."""
    for role in ("ot_app", "ot_ingest"):
        for might in ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB"):
            felt = role == "ot_app" and might in {"SUPERUSER", "BYPASSRLS"}
            yield Mutant(might.lower(), role, (f"ALTER ROLE {role} {might}",), felt=felt)
        for other in ("ot_owner", "ot_secret", "ot_sweep", "ot_backup"):
            yield Mutant(f"member of {other}", role, (f"GRANT {other} TO {role}",))
        yield Mutant("makes temporary tables", role, (f"GRANT TEMPORARY ON DATABASE {_database()} TO {role}",))
        yield Mutant("says what was checked", role, (f"GRANT UPDATE ON SEQUENCE app.org_seen TO {role}",))
        yield Mutant("reads the signing key", role, (f"GRANT SELECT ON app.signing_key TO {role}",))
        yield Mutant("writes the signing key", role, (f"GRANT INSERT ON app.signing_key TO {role}",))


def _database() -> str:
    return _rows("SELECT quote_ident(current_database())", [])[0][0]


def _made(policy: Policy) -> str:
    kind = "PERMISSIVE" if policy.permissive else "RESTRICTIVE"
    using = f" USING ({policy.using})" if policy.using and policy.command != "a" else ""
    check = f" WITH CHECK ({policy.check})" if policy.check and policy.command in {"*", "a", "w"} else ""
    return (
        f'CREATE POLICY {policy.name} ON "{policy.table}" AS {kind} FOR {VERBS[policy.command]} '
        f"TO {policy.roles.strip('{}')}{using}{check}"
    )


def _swapped(condition: str | None, changes: dict[str, str]) -> str | None:
    for old, new in changes.items():
        condition = condition and condition.replace(old, new)
    return condition


def _standing(table: str) -> list[Policy]:
    return [each for each in policies.standing(connection.cursor()) if each.table == table]


def _function(signature: str, old: str, new: str) -> str:
    text = _rows("SELECT pg_get_functiondef(%s::regprocedure)", [signature])[0][0]
    assert text.count(old) == 1, f"{signature} does not say {old} any more"
    return text.replace(old, new)


def _has_organization(table: str) -> bool:
    return bool(_rows(
        "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'organization_id'", [table]
    ))  # fmt: skip


def _key(table: str) -> list[str]:
    return [name for name, in _rows(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indisprimary AND i.indrelid = %s::regclass ORDER BY array_position(i.indkey::int2[], a.attnum)", [table]
    )]  # fmt: skip


def _is_written(table: str) -> bool:
    return bool(_rows("SELECT 1 WHERE has_table_privilege('ot_app', %s, 'INSERT')", [table]))


def _ties(table: str) -> list[tuple[str, str, str]]:
    return _rows(
        "SELECT k.conname, a.attname, k.confrelid::regclass::text FROM pg_constraint k JOIN pg_attribute a "
        "ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) AND a.attname NOT IN ('organization_id', 'id') "
        "WHERE k.contype = 'f' AND k.conrelid = %s::regclass AND cardinality(k.conkey) = 2 ORDER BY 1", [table]
    )  # fmt: skip


def _rows(statement: str, values: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
