import socket

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from operant.platform.outgoing import resolving
from operant.stage.models import Dashboard, Source
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.queue import run_jobs


def at(name, *args, organization="harbour"):
    return reverse(name, args=[organization, *args])


@pytest.fixture
def ben(cast, signed_in):
    return signed_in(cast.ben)


@pytest.fixture
def typed(shop):
    return {
        "name": "Till", "host": shop.host, "port": shop.port, "database": shop.name, "user": shop.user,
        "password": shop.password, "tls": "off", "authority": "", "schema": "",
    }  # fmt: skip


def content(answer, status=200):
    assert answer.status_code == status
    text = answer.content.decode()
    assert pgbench.PASSWORD not in text
    return text


def test_a_database_is_connected_and_its_tables_are_shown(ben, cast, typed):
    assert 'type="password"' in content(ben.get(at("connection-new") + "?kind=postgresql"))
    answer = ben.post(at("connection-new"), typed)
    with cast.at_harbour():
        made = Source.objects.get()
    assert answer.headers["Location"] == at("source", made.pk)
    before = content(ben.get(at("source", made.pk)))
    assert "Being tested" in before
    assert before.count("Under way") == 1
    run_jobs()
    refreshed = ben.get(at("source", made.pk) + "?seen=converting", headers={"HX-Request": "true"})
    assert refreshed.headers["HX-Refresh"] == "true"
    found = content(ben.get(at("source", made.pk)))
    for words in ("Ready", "pgbench_accounts", "about 100,000 rows", "Signed in as pgbench_reader", "Build a dashboard"):
        assert words in found
    listed = content(ben.get(at("sources")))
    assert f"PostgreSQL: {pgbench.NAME} at 127.0.0.1" in listed


def test_the_connection_is_tested_before_anything_is_saved(ben, cast, typed):
    assert "The connection works" in content(ben.post(at("connection-tests"), typed))
    failed = content(ben.post(at("connection-tests"), typed | {"password": "wrong"}))
    for words in ("The test ended at one step", "does not accept this user and password", "save it as it is"):
        assert words in failed
    assert {word: failed.count(word) for word in ("Done", "Left out", "Failed", "Not tried")} == {
        "Done": 2, "Left out": 1, "Failed": 1, "Not tried": 1,
    }  # fmt: skip
    warned = content(ben.post(at("connection-tests"), typed | {"user": pgbench.OWNER}))
    assert "CREATE ROLE operant_reader" in warned
    incomplete = content(ben.post(at("connection-tests"), {}), 422)
    assert "was not tested yet" in incomplete
    with cast.at_harbour():
        assert not Source.objects.exists()


def test_names_are_looked_up_in_the_share_of_the_organization(ben, cast, typed, monkeypatch):
    askers = []

    class Watched(resolving._Places):
        def take(self, asker, seconds):
            askers.append(asker)
            super().take(asker, seconds)

    def unknown(*asked, **told):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(resolving, "_PLACES", Watched(1, each=1))
    monkeypatch.setattr(resolving.socket, "getaddrinfo", unknown)
    content(ben.post(at("connection-tests"), typed | {"host": "nobody.invalid"}))
    ben.post(at("connection-new"), typed | {"host": "nobody.invalid"})
    run_jobs()
    assert askers == [str(cast.harbour.pk)] * 2


def test_a_private_address_is_refused_with_what_the_operator_can_do(ben, typed):
    found = content(ben.post(at("connection-tests"), typed | {"host": "10.20.30.40"}))
    assert "OPERANT_PRIVATE_NETWORKS=10.20.30.40" in found


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("host", "/var/run", "not the name or address of one host"), ("host", "a,b", "not the name or address of one host"),
        ("port", "0", "greater than or equal to 1"), ("port", "x", "Enter a whole number"), ("name", " ", "required"),
        ("database", "", "required"), ("tls", "maybe", "Select a valid choice"), ("authority", "no PEM", "This is no certificate"),
        ("user", "a\0b", "Null characters are not allowed"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_at_its_field(ben, cast, typed, field, value, words):
    assert words in content(ben.post(at("connection-new"), typed | {field: value}), 422)
    with cast.at_harbour():
        assert not Source.objects.exists()


def test_a_connection_is_changed_and_its_password_is_never_shown(ben, cast, till, typed):
    shown = content(ben.get(at("source-connection", till.pk)))
    assert f'value="{pgbench.NAME}"' in shown
    kept = typed | {"password": "", "schema": "public"}
    assert "The connection works" in content(ben.post(at("source-connection-tests", till.pk), kept))
    assert ben.post(at("source-connection", till.pk), kept).status_code == 302
    run_jobs()
    with cast.at_harbour():
        assert Source.objects.select_related("connection").get().connection.schema == "public"
    elsewhere = kept | {"host": "db.example.com"}
    assert "Enter the password again" in content(ben.post(at("source-connection", till.pk), elsewhere), 422)
    assert ben.post(at("source-connection-tests", till.pk), elsewhere).status_code == 422


def test_tables_are_looked_into_and_only_known_ones(ben, till):
    rows = content(ben.get(at("source-preview", till.pk) + "?table=pgbench_tellers"))
    assert "First rows of pgbench_tellers" in rows
    assert rows.count("<tr>") == 11
    unknown = content(ben.get(at("source-preview", till.pk) + "?table=pg_shadow"), 404)
    assert "has no table of this name" in unknown


def test_the_database_is_tested_again_renamed_and_deleted(ben, cast, till):
    assert ben.post(at("source-tests", till.pk)).status_code == 302
    assert "Being tested" in content(ben.get(at("source", till.pk)))
    run_jobs()
    ben.post(at("source-name", till.pk), {"name": "Shop till"})
    assert "Shop till" in content(ben.get(at("source", till.pk)))
    ben.post(at("source-deletion", till.pk))
    assert "Shop till is no longer connected" in content(ben.get(at("sources")))


def test_what_is_for_files_is_refused_for_databases_and_the_other_way_round(ben, till, orders):
    assert ben.get(at("source-file", till.pk)).status_code == 409
    assert ben.post(at("source", till.pk), {"file": SimpleUploadedFile("a.csv", b"a\n1\n")}).status_code == 409
    assert ben.get(at("source-connection", orders.pk)).status_code == 409
    assert ben.post(at("source-tests", orders.pk)).status_code == 409


def test_the_editor_knows_the_tables_and_shows_mistakes_where_they_stand(ben, cast, till):
    ben.post(at("dashboard-new"), {"name": "Till", "source": till.public_id})
    with cast.at_harbour():
        board = Dashboard.objects.get()
    draft = ben.get(at("dashboard-draft", board.pk)).json()
    [source] = draft["sources"]
    assert (source["kind"], [each["name"] for each in source["tables"]][:2]) == (
        "postgresql", ["pgbench_accounts", "pgbench_branches"],
    )  # fmt: skip
    url, asked = at("dashboard-preview", board.pk), {"source": till.public_id}

    def preview(sql):
        answer = ben.post(url, asked | {"sql": sql}, content_type="application/json")
        return answer.status_code, answer.json()

    status, found = preview("select tid from pgbench_tellers order by tid")
    assert (status, found["rows"], found["truncated"]) == (200, [[each] for each in range(1, 11)], False)
    assert preview("select\n  nope from pgbench_tellers") == (
        422, {"error": "bad_query", "message": 'Column "nope" does not exist.', "line": 2, "column": 3},
    )  # fmt: skip
    assert preview("delete from pgbench_tellers")[1]["error"] == "bad_query"
    assert len(preview("select aid from pgbench_accounts")[1]["rows"]) == 1_000


THINGS = [
    ("get", "source"), ("get", "source-preview"), ("post", "source-tests"), ("get", "source-connection"),
    ("post", "source-connection"), ("post", "source-connection-tests"), ("post", "source-deletion"),
]  # fmt: skip


def test_mallory_finds_nothing_and_reaches_nothing(cast, signed_in, till, door):
    asked, client = door.opened, signed_in(cast.mallory)
    for method, name in THINGS:
        for organization in ("meadow", "harbour"):
            answer = getattr(client, method)(at(name, till.pk, organization=organization), {})
            assert answer.status_code == 404, name
    assert door.opened == asked


def test_another_organizations_source_is_not_asked(cast, signed_in, till, door):
    with cast.at_meadow(cast.mallory):
        board = things.dashboard(cast.mallory)
    asked = door.opened
    url = at("dashboard-preview", board.pk, organization="meadow")
    body = {"source": till.public_id, "sql": "select 1"}
    assert signed_in(cast.mallory).post(url, body, content_type="application/json").status_code == 404
    assert door.opened == asked


def test_a_viewer_is_not_offered_to_change_a_connection(cast, signed_in, till):
    assert "Change the connection" not in content(signed_in(cast.cleo).get(at("source", till.pk)))
