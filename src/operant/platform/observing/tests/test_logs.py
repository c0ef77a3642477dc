"""Secrets are planted wherever something may come from outside, and none of them may come out in the log."""

import asyncio
import logging

import duckdb
import psycopg
import pytest
import uvicorn
from django.db import connection, transaction
from django.db.utils import IntegrityError
from uvicorn.server import ServerState

from operant.config.heads import BoundedHeads
from operant.panel.accounts.models import Person
from operant.panel.accounts.web import views
from operant.platform import queue, tenancy, trail
from operant.platform.observing import logs
from operant.testing.asgi import ask
from operant.testing.queue import run_jobs

# Plain words on purpose: nothing that looks like a token, so that only never writing it helps.
SECRET = "marzipan"
CLIENT_ID = "proxy-made-0001"


@queue.job("test.fails", retry=False)
def _fails(*, said: str) -> None:
    raise ValueError(f"could not read {said!r}")


def assert_silent(written, *, records: int) -> None:
    assert len(written.records()) == records, written.text
    assert SECRET not in written.text


@pytest.mark.parametrize(
    "address",
    [
        f"/accounts/login/?next=/{SECRET}&code={SECRET}",
        f"/files/{SECRET}",
        f"/invitations/{SECRET}",
        f"/welcome/{SECRET}/{SECRET}/",
        f"/live?topics={SECRET}",
        f"/relay/stream?ticket={SECRET}",
        f"/nothing/{SECRET}",
        f"/o/{SECRET}/dashboards/",
        f"/static/{SECRET}.js",
        f"/{SECRET}%20{SECRET}/%00",
    ],
)
def test_no_address_is_written_down(db, written, address):
    ask("GET", address, cookie=f"ot-session={SECRET}; x={SECRET}", referer=f"http://x/{SECRET}", user_agent=SECRET)
    (record,) = written.records("operant.requests")
    assert record["event"] == "request" and record["method"] == "GET"
    assert_silent(written, records=len(written.records("operant.requests")))


def test_no_form_host_or_header_is_written_down(db, written):
    form = f"login={SECRET}@harbour.example&password={SECRET}".encode()
    ask("POST", "/accounts/login/", form, content_type="application/x-www-form-urlencoded", authorization=f"Bearer {SECRET}")
    ask("GET", "/", host=f"{SECRET}.example")
    ask("POST", "/relay/heartbeat", f'{{"{SECRET}": 1}}'.encode(), authorization=f"Bearer {SECRET}")
    ask("POST", "/relay/pairing", b'{"device": "%s"}' % SECRET.encode(), content_type="application/json")
    assert [each["route"] for each in written.records("operant.requests")] == [
        "/accounts/login/", "none", "/relay/heartbeat", "/relay/pairing",
    ]  # fmt: skip
    assert SECRET not in written.text


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        ValueError(f"invalid literal for int() with base 10: '{SECRET}'"),
        ValueError(f'it says "{SECRET}" and "more {SECRET}"'),
        ValueError(f"it's not '{SECRET}'s' turn"),
        ValueError(f"“{SECRET}” is not a date"),
        ValueError(f"short\nand then {SECRET}"),
        OSError(2, "No such file", f"/srv/{SECRET}"),
        RuntimeError(f"could not open /files/{SECRET}"),
        RuntimeError(f"GET https://{SECRET}:pw@a.example/b?token={SECRET}"),
        RuntimeError(f"mail to {SECRET}@harbour.example failed"),
        RuntimeError(f"Authorization: Bearer {SECRET}"),
        psycopg.errors.UniqueViolation(f"duplicate key\nDETAIL:  Key (email)=({SECRET}) already exists."),
        duckdb.BinderException(f"Binder Error: Referenced column {SECRET} not found"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_value_in_an_exception_is_written_down(cast, signed_in, written, monkeypatch, error):
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr(views, "render", broken)
    session = signed_in(cast.ada).cookies["ot-session"].value
    answer = ask("GET", "/me/", cookie=f"ot-session={session}")
    assert answer.status == 500
    (failed,) = written.records("django.request")
    assert failed["error"].endswith(type(error).__name__) and "operant/panel/accounts/web/views.py" in " ".join(failed["stack"])
    assert session not in written.text
    assert_silent(written, records=2)


def test_what_the_database_says_of_a_row_is_not_written_down(cast, written):
    try:
        with tenancy.reception(), transaction.atomic():
            Person.objects.create_user(f"{SECRET}@harbour.example", SECRET, name=SECRET, id=cast.ada.pk)
    except IntegrityError:
        logging.getLogger("operant.test").exception("It was there already.")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid", [SECRET])
    except Exception:
        logging.getLogger("another.package").exception("That failed for %s, as %r did", SECRET, {"key": SECRET})
    first, second = written.records()
    assert first["error"] == "django.db.utils.IntegrityError"
    assert 'unique constraint "accounts_person_pkey"' in first["stack"][-1]
    assert second["event"] == "That failed for …, as [value] did"
    assert SECRET not in written.text


def test_what_a_job_was_given_is_not_written_down(db, written):
    queue.defer("test.fails", said=SECRET)
    with pytest.raises(ValueError, match=SECRET):
        run_jobs()
    failed, told = written.records("operant.jobs")
    assert (failed["event"], failed["job"], failed["error"]) == ("A job failed.", "test.fails", "ValueError")
    assert (told["outcome"], told["level"]) == ("failed", "info")
    assert_silent(written, records=2)


def test_what_the_server_could_not_read_is_not_written_down(written):
    class Line(asyncio.Transport):
        def write(self, sent): ...
        def close(self): ...
        def is_closing(self):
            return True

    async def feeding():
        config = uvicorn.Config("operant.config.asgi:application", lifespan="off", log_config=None)
        config.load()
        protocol = BoundedHeads(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(Line())
        protocol.data_received(f"{SECRET} /{SECRET}?{SECRET} HTTP/9\r\n{SECRET}: {SECRET}\r\n\r\n".encode())
        protocol.connection_lost(None)

    asyncio.run(feeding())
    assert [each["logger"] for each in written.records()] == ["uvicorn.error"]
    assert_silent(written, records=1)


def test_a_record_is_one_line_and_says_what_it_belongs_to(cast, signed_in, written):
    session = signed_in(cast.ada).cookies["ot-session"].value
    ask("GET", "/o/harbour/people/", cookie=f"ot-session={session}")
    (record,) = written.records()
    assert record.pop("duration_ms") > 0
    assert len(record.pop("request_id")) == 12 and record.pop("time").endswith("+00:00")
    assert record == {
        "level": "info", "logger": "operant.requests", "event": "request", "status": 200, "method": "GET",
        "route": "/o/<slug:organization>/people/", "organization_id": str(cast.harbour.pk), "person_id": str(cast.ada.pk),
    }  # fmt: skip


def test_lines_cannot_be_forged(written):
    logging.getLogger("operant.test").info("one\n2026 ERROR two\r\x1b[31mthree")
    assert written.records()[0]["event"] == "one 2026 ERROR two [31mthree"


def test_people_get_lines_with_the_stack_below(db):
    record = logging.LogRecord("operant.test", logging.INFO, "", 0, "It works.", (), None)
    with trail.begin(request_id="0123456789ab"):
        assert logs.Lines().format(record).endswith("INFO    operant.test: It works. request_id=0123456789ab")


@pytest.mark.parametrize(
    ("style", "is_local", "formatter", "level"),
    [
        ("", True, "text", "WARNING"), ("", False, "json", "INFO"),
        ("text", False, "text", "WARNING"), ("json", True, "json", "INFO"),
    ],
)
def test_production_writes_json(monkeypatch, style, is_local, formatter, level):
    monkeypatch.delenv("OPERANT_TERMINAL", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    made = logs.configuration(style, is_local=is_local, is_debug=False)
    assert made["handlers"]["console"]["formatter"] == formatter
    assert made["loggers"]["operant.requests"]["level"] == level


def test_machines_that_ask_all_the_time_are_logged_only_when_refused(db, written):
    assert ask("GET", "/healthz").status == 200
    assert ask("POST", "/relay/heartbeat", b"{}").status == 401
    assert [(each["route"], each["status"]) for each in written.records()] == [("/relay/heartbeat", 401)]


def test_a_request_is_followed_through_its_jobs(cast, written, settings):
    settings.TRUSTED_PROXIES = 1
    run_jobs()
    with trail.begin(request_id=CLIENT_ID), tenancy.organization_scope(cast.harbour.pk):
        queue.defer("test.follows")
    run_jobs()
    told = written.records("operant.jobs")[-1]
    assert (told["request_id"], told["job"]) == (CLIENT_ID, "test.follows")


@queue.job("test.follows")
def _follows() -> None:
    assert trail.request_id() == CLIENT_ID
