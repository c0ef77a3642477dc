"""
A planted SQL injection reads nothing of another organization.

`leak` below is what no code of ours does: it pastes words into SQL. It runs as ot_app in Meadow's scope, and every
attack knows everything an attacker could know except the signing key. The control is the same table behind an
unsigned setting, as most multi-tenant programs have it: there the first attack reads everything.
"""

import os
import threading
from uuid import UUID

import psycopg
import pytest
from django.db import Error, connection, transaction
from django.db.models import CharField, JSONField, TextField

from operant.config.databases import from_url
from operant.panel.accounts.models import Person
from operant.platform import tenancy
from operant.platform.tenancy import policies, signing
from operant.testing import plugin
from tests.isolation import people, stealing
from tests.isolation.planted import MARK

READ = "SELECT name FROM stage_dashboard"
REFUSED = "prepared a statement in this session"
READ_PEOPLE = tuple(f"SELECT t::text FROM {table} t" for table in sorted(policies.PEOPLE))


def leak(words: str) -> str:
    """Return every word that an injected statement brought back: results, notices and errors."""
    found: list[str] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        found.append(str(notice.message_primary))

    connection.connection.add_notice_handler(hear)
    try:
        with transaction.atomic():
            raw = connection.connection.execute(f"SELECT name FROM stage_dashboard WHERE name = '{words}'")
            while True:
                found += [str(value) for row in raw.fetchall() for value in row] if raw.description else []
                if not raw.nextset():
                    break
    except psycopg.Error as error:
        # Errors tell as well: of what could not be converted, or of what is there already.
        found.append(str(error))
    finally:
        connection.connection.remove_notice_handler(hear)
    return " ".join(found)


def stacked(*statements: str) -> str:
    return "'; " + "; ".join(statements) + " --"


def settings(harbour, value) -> list[str]:
    """Return every way to say a setting."""
    return [
        stacked(f"SET app.ctx = '{value}'", READ),
        stacked(f"SET LOCAL app.ctx = '{value}'", READ),
        stacked(f"SET SESSION app.ctx = '{value}'", READ),
        stacked(f"SELECT set_config('app.ctx', '{value}', true)", READ),
        stacked(f"SELECT set_config('app.ctx', '{value}', false)", READ),
        stacked(f"SET app.org = '{harbour}'", f"SET app.organization_id = '{harbour}'", READ),
        stacked(f"UPDATE pg_settings SET setting = '{value}' WHERE name = 'app.ctx'", READ),
        f"' UNION ALL SELECT name FROM stage_dashboard, set_config('app.ctx', '{value}', true) --",
        f"' UNION ALL SELECT name FROM stage_dashboard WHERE set_config('app.ctx', '{value}', true) <> '' --",
    ]


def without_settings(harbour) -> dict[str, str]:
    """Return the ways around the setting, by what they try."""
    everything = [f"SELECT * FROM {model._meta.db_table}" for model in stealing.TABLES]
    org = f"RETURNS uuid LANGUAGE sql AS $$ SELECT '{harbour}'::uuid $$"
    return {
        "read on": f"' OR organization_id = '{harbour}' --",
        "read everything": stacked(*everything),
        "no row security": stacked("SET row_security = off", READ),
        "become the owner": stacked("SET ROLE ot_owner", READ),
        "become who sweeps": stacked("SET ROLE ot_sweep", READ),
        "become who backs up": stacked("SET SESSION AUTHORIZATION ot_backup", READ),
        "be nobody again": stacked("RESET ROLE", "RESET SESSION AUTHORIZATION", READ),
        "say that one migrates": stacked("SET app.migrating = 'on'", READ),
        "read the key": stacked("SELECT encode(inner_pad, 'hex') FROM app.signing_key", READ),
        "replace the key": stacked("INSERT INTO app.signing_key VALUES ('\\x00', '\\x00')", READ),
        "register a wait": stacked(
            "INSERT INTO app.waits VALUES ('made_up', 'stage_dashboard', 'created_at', 'created_at')",
            "SELECT * FROM app.claim_made_up(now(), '1 s', 10)", READ),
        "say that a context was checked": stacked(
            "SET app.org_seen = 'on'", f"SET app.ctx = '{harbour}.9999999999.x'", READ),
        "remember a context": stacked("SELECT setval('app.org_seen', 1)", f"SET app.ctx = '{harbour}.9999999999.x'", READ),
        "remember the next context": stacked("SELECT nextval('app.org_seen')", READ),
        "another app.org": stacked(f"CREATE OR REPLACE FUNCTION app.org() {org}", READ),
        "an app.org with a default": stacked(f"CREATE FUNCTION app.org(a int DEFAULT 1) {org}", READ),
        "a temporary function": stacked(
            f"CREATE FUNCTION pg_temp.org() {org}", "SET search_path = pg_temp, app, public", READ),
        "a temporary sha256": stacked(
            "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$",
            "SET search_path = pg_temp, pg_catalog, public", f"SET app.ctx = '{harbour}.9999999999.'", READ),
        "a temporary operator": stacked(
            "CREATE FUNCTION pg_temp.yes(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$",
            "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.yes)",
            "SET search_path = pg_temp, pg_catalog, public", f"SET app.ctx = '{harbour}.9999999999.x'", READ),
        "a temporary key": stacked(
            "CREATE TEMP TABLE signing_key (inner_pad bytea, outer_pad bytea)",
            "INSERT INTO signing_key VALUES ('', '')", f"SET app.ctx = '{harbour}.9999999999.x'", READ),
        "a schema of one's own": stacked("CREATE SCHEMA mine", "SET search_path = mine, public", READ),
        "a policy of one's own": stacked("CREATE POLICY mine ON stage_dashboard USING (true)", READ),
        "no policy": stacked("ALTER TABLE stage_dashboard DISABLE ROW LEVEL SECURITY", READ),
        "a view": stacked("CREATE VIEW public.mine AS SELECT * FROM stage_dashboard", "SELECT * FROM public.mine"),
        "a function that leaks in a filter": stacked(
            "CREATE FUNCTION pg_temp.told(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 "
            "AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$", READ + " WHERE pg_temp.told(name)"),
        "an error that tells": f"' UNION ALL SELECT (name::int)::text FROM stage_dashboard WHERE organization_id = '{harbour}' --",
        "a conflict that tells": stacked(
            "INSERT INTO stage_source SELECT * FROM stage_source ON CONFLICT DO NOTHING RETURNING *"),
        "copy to a program": stacked("COPY stage_dashboard TO PROGRAM 'cat'"),
        "copy from a file": stacked("CREATE TABLE mine (t text)", "COPY mine FROM '/etc/passwd'", "TABLE mine"),
        "read a file": stacked("SELECT pg_read_file('postgresql.conf')"),
        "list files": stacked("SELECT pg_ls_dir('base')"),
        "a large object from a file": stacked("SELECT lo_import('/etc/passwd')"),
        "another connection": stacked("CREATE EXTENSION dblink"),
        "a foreign server": stacked("CREATE EXTENSION postgres_fdw"),
        "a language": stacked("CREATE EXTENSION plpython3u"),
        "a statement of code": stacked("DO $$ BEGIN SET LOCAL ROLE ot_owner; END $$", READ),
        "statistics": stacked("SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats"),
        "raw statistics": stacked("SELECT stavalues1::text FROM pg_statistic"),
        "pages": stacked("SELECT get_raw_page('stage_dashboard', 0)::text"),
        "ids of the clock": stacked("SELECT app.organizations()", READ),
    }  # fmt: skip


def activity() -> str:
    """Return what can be learned of other sessions: as it is now, not as this transaction saw it first."""
    now = "SELECT pg_stat_clear_snapshot()::text"
    each = "SELECT pg_stat_get_backend_activity(i) FROM generate_series(1, 500) i"
    return leak(stacked(now, "SELECT query FROM pg_stat_activity")) + leak(stacked(now, each))


def foreign(found: str) -> bool:
    # Harbour gives this name to everything that it makes.
    return MARK.lower() in found.lower() or "root:" in found


@pytest.fixture
def meadow(world):
    """Mallory's scope, with something of her own to read, and a browser's worth of knowledge about Harbour."""
    from operant.testing import stage

    with world.undone(), world.cast.at_meadow(world.cast.mallory):
        stage.dashboard(world.cast.mallory, name="Gardens")
        with tenancy.reception():
            _marked(world.cast.ada)
        yield world


def _marked(ada: Person) -> None:
    """Harbour's mark stands in a row about Ada in every table that has a place for words."""
    for model in people.TABLES:
        fields = [each for each in model._meta.local_fields if not (each.primary_key or each.choices or each.name == "type")]
        room = [each.name for each in fields if isinstance(each, CharField | TextField) and (each.max_length or 99) >= len(MARK)]
        written = [each.name for each in fields if isinstance(each, JSONField)]
        row = people.of(model, ada)
        model._default_manager.filter(pk=row.pk).update(**dict.fromkeys(room, MARK), **dict.fromkeys(written, [MARK]))


def test_the_planted_statement_can_be_injected(meadow):
    """The control: it does read what is Meadow's, and it does run what is stacked."""
    assert leak("Gardens") == "Gardens"
    assert leak("' OR true --") == "Gardens"
    assert leak(stacked("SELECT 'a stacked ' || 'statement'", READ)) == "a stacked statement Gardens"


def test_forged_contexts_read_nothing(meadow, tally):
    cast = meadow.cast
    for how, value in stealing.contexts(signing.ORGANIZATION, cast.meadow.pk, cast.harbour.pk).items():
        for words in settings(cast.harbour.pk, value):
            with meadow.undone():
                tally.note(f"{how}: {words}", "it reads Harbour" if foreign(leak(words)) else "")
    assert tally.failures == []


def test_what_is_known_of_people_could_be_read(meadow):
    """The control: where accounts works, the same words read Ada's hash, her sessions and where she signs in from."""
    with tenancy.reception():
        found = {table: foreign(leak(stacked(read))) for table, read in zip(sorted(policies.PEOPLE), READ_PEOPLE, strict=True)}
    # These hold codes, counts and times only.
    wordless = {"accounts_factor", "notifications_rhythm"}
    assert {table for table, is_read in found.items() if not is_read} == wordless
    assert leak(stacked("SELECT count(*) FROM accounts_person")) == "1"


def test_people_of_others_are_not_read(meadow, tally):
    """Whatever is said of the reception: an organization's scope reads its own members, and nobody else."""
    nil = UUID(int=0)
    forged = stealing.contexts(signing.RECEPTION, meadow.cast.ada.pk, nil)
    tried = {"as it is": "", "an organization": signing.signed(signing.ORGANIZATION, nil), **forged}
    for how, value in tried.items():
        for said in (f"SET LOCAL app.reception = '{value}'", f"SELECT set_config('app.reception', '{value}', false)"):
            for read in READ_PEOPLE:
                with meadow.undone():
                    tally.note(f"{how}: {said}, {read}", "it reads Harbour's" if foreign(leak(stacked(said, read))) else "")
    assert tally.failures == []


def test_people_are_not_written_either(meadow, tally):
    tried = {
        "UPDATE accounts_person SET password = '!'": "SELECT count(*) FROM accounts_person WHERE password = '!'",
        "DELETE FROM mfa_authenticator": "SELECT 1 - count(*) FROM mfa_authenticator",
        "UPDATE accounts_session SET session_data = '!'": "SELECT count(*) FROM accounts_session WHERE session_data = '!'",
    }
    for write, written in tried.items():
        with meadow.undone():
            leak(stacked(write))
            with tenancy.reception():
                tally.note(write, "" if leak(stacked(written)) == "0" else "it is written")
    assert tally.failures == []


def test_ways_around_the_context_read_nothing(meadow, tally):
    for how, words in without_settings(meadow.cast.harbour.pk).items():
        with meadow.undone():
            tally.note(how, "it reads Harbour" if foreign(leak(words)) else "")
    assert tally.failures == []


def test_a_bulk_copy_reads_nothing(meadow, tally):
    with connection.connection.cursor() as cursor, cursor.copy("COPY stage_dashboard (name) TO STDOUT") as copied:
        assert b"".join(copied) == b"Gardens\n"
    tally.note("COPY TO STDOUT")


def test_no_session_is_left_prepared_for_whoever_comes_next(meadow, tally):
    """A pooled connection serves another organization next: what shadows its tables would be read and written by it."""
    trap = "CREATE TEMP TABLE stage_dashboard (name text)"
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(trap)
    tally.note(trap)


def test_no_statement_is_put_in_the_place_of_a_prepared_one(world, tally):
    """It would be run with the context of whoever comes next, who asks for it by its name."""
    trap = "PREPARE _pg3_99 AS SELECT set_config('app.loot', current_setting('app.ctx'), false)"
    # Under the test's own transaction the scope is taken back at its end, by the same statement that opens one.
    with pytest.raises(Error, match=REFUSED), world.undone(), world.cast.at_meadow(world.cast.mallory):
        leak(stacked(trap))
    # It is gone with that, and the connection serves the next one.
    with world.cast.at_harbour():
        assert MARK.lower() in leak("' OR name LIKE '%").lower()
    tally.note(trap)


def test_a_context_that_is_in_use_is_seen_by_nobody(meadow, tally):
    """A valid context of Harbour's opens Harbour to whoever has it, for as long as it is valid: so nobody gets to see it."""
    opened, done = threading.Event(), threading.Event()

    def at_work():
        from django.db import connections

        try:
            with tenancy.organization_scope(meadow.cast.harbour.pk):
                opened.set()
                done.wait(30)
        finally:
            opened.set()
            connections.close_all()

    harbour = threading.Thread(target=at_work)
    harbour.start()
    try:
        assert opened.wait(30)
        seen = activity()
    finally:
        done.set()
        harbour.join()
    tally.note("pg_stat_activity", "it shows a context" if str(meadow.cast.harbour.pk) in seen else "")
    assert tally.failures == []


def test_others_words_are_seen_by_nobody(meadow, tally):
    """What another session asks may name what it asks for."""
    with psycopg.connect(**from_url(os.environ["DATABASE_URL"])) as other:
        other.execute(f"SELECT '{MARK}'")
        seen = activity()
    tally.note("the words of another session", "they are shown" if foreign(seen) else "")
    assert tally.failures == []


@pytest.mark.parametrize("is_over", [False, True], ids=["valid", "over"])
def test_a_context_that_was_seen_works_until_it_is_over(meadow, monkeypatch, is_over, tally):
    """What the signature does not do: whoever holds a valid one is let in. It is over within a quarter of an hour."""
    assert signing.VALID_SECONDS <= 900
    if is_over:
        monkeypatch.setattr(signing, "VALID_SECONDS", -1)
    seen = signing.signed(signing.ORGANIZATION, meadow.cast.harbour.pk)
    assert foreign(leak(stacked(f"SET LOCAL app.ctx = '{seen}'", READ))) is not is_over
    tally.note(f"a context that is {'over' if is_over else 'valid'}")


@pytest.mark.django_db(databases=["default", "owner"])
def test_without_a_signature_the_first_attack_reads_everything(world):
    """The control of the whole proof: the same statement, the same role, a policy that believes a plain setting."""
    app = from_url(os.environ["DATABASE_URL"])
    with psycopg.connect(**{**plugin.ADMIN, "dbname": app["dbname"]}) as unsigned:
        unsigned.execute(
            "CREATE TABLE planted (name text, organization_id uuid); ALTER TABLE planted ENABLE ROW LEVEL SECURITY; "
            "CREATE POLICY plain ON planted TO ot_app "
            "USING (organization_id = NULLIF(current_setting('app.plain', true), '')::uuid); "
            "GRANT SELECT ON planted TO ot_app"
        )
        harbour, meadow = world.cast.harbour.pk, world.cast.meadow.pk
        unsigned.execute("INSERT INTO planted VALUES (%s, %s), ('Gardens', %s)", [MARK, harbour, meadow])
        unsigned.execute(f"SET ROLE ot_app; SET LOCAL app.plain = '{meadow}'")
        injected = stacked(f"SET LOCAL app.plain = '{harbour}'", "SELECT name FROM planted").removeprefix("'; ")
        assert unsigned.execute("SELECT name FROM planted").fetchall() == [("Gardens",)]
        found = unsigned.execute(injected)
        found.nextset()
        assert found.fetchall() == [(MARK,)]
        unsigned.rollback()
