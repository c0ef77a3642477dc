"""Who may read figures, and what they say."""

import threading

import pytest
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families

from operant.config import env
from operant.platform import queue
from operant.platform.observing import figures, processes, scraping
from operant.platform.queue.models import Lease
from operant.testing.asgi import ask
from operant.testing.queue import run_jobs

TOKEN = "a-token-of-sixteen-signs"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(scraping, "KEPT_SECONDS", -1.0)


@pytest.fixture
def public(settings):
    """An installation that others reach, through one proxy."""
    settings.IS_LOCAL, settings.TRUSTED_PROXIES = False, 1


def figure(name: str, **labels: str) -> list[float]:
    found = text_string_to_metric_families(ask("GET", "/metrics").body.decode())
    samples = [sample for family in found for sample in family.samples if sample.name == name]
    return [sample.value for sample in samples if labels.items() <= sample.labels.items()]


def test_a_program_on_this_machine_may_read_them(db, public):
    answer = ask("GET", "/metrics", host="127.0.0.1:8000")
    assert answer.status == 200
    assert answer.all("content-type") == ["text/plain; version=1.0.0; charset=utf-8"]
    assert b'operant_release{process="web",version=' in answer.body


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "203.0.113.9"},
        {"x_forwarded_for": "127.0.0.1, 203.0.113.9"},
        {"x_real_ip": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"via": "1.1 proxy"},
        {"host": "operant.example.com"},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer "},
        {"authorization": f"Basic {TOKEN}"},
    ],
)
def test_from_outside_there_is_nothing_there(db, public, settings, headers):
    settings.METRICS_TOKEN = TOKEN if "authorization" in headers else ""
    more = {"x_forwarded_for": "203.0.113.9"} if "authorization" in headers else {}
    answer, nothing = ask("GET", "/metrics", **headers, **more), ask("GET", "/nothing", **headers, **more)
    assert (answer.status, nothing.status) in {(404, 404), (400, 400)}
    assert answer.body == nothing.body


def test_a_proxy_that_nobody_told_us_of_opens_nothing(db, settings):
    settings.IS_LOCAL, settings.TRUSTED_PROXIES = False, 0
    assert ask("GET", "/metrics").status == 404


def test_the_token_opens_them_from_anywhere(db, public, settings):
    settings.METRICS_TOKEN = TOKEN
    assert ask("GET", "/metrics", x_forwarded_for="203.0.113.9", authorization=f"Bearer {TOKEN}").status == 200


@pytest.mark.parametrize(
    ("client", "status"),
    [("10.0.0.5", 200), ("192.168.7.9", 200), ("10.0.0.6", 404), ("1.2.3.4, 10.0.0.5", 200), ("10.0.0.5, 1.2.3.4", 404)],
)
def test_listed_addresses_may_read_them(db, public, settings, client, status):
    settings.METRICS_FROM = ["10.0.0.5", "192.168.7.0/24"]
    assert ask("GET", "/metrics", x_forwarded_for=client).status == status


def test_a_second_line_of_a_header_counts_like_the_first(db, public, settings):
    settings.METRICS_FROM = ["10.0.0.5"]
    # A proxy may add its line below the one that the client made up.
    lines = {"x_forwarded_for": "10.0.0.5", "x-forwarded-for": "203.0.113.9"}
    assert ask("GET", "/metrics", **lines).status == 404
    lines = {"x_forwarded_for": "203.0.113.9", "x-forwarded-for": "10.0.0.5"}
    assert ask("GET", "/metrics", **lines).status == 200


@pytest.mark.parametrize("named", ["nowhere", "10.0.0.0/40", "10.0.0.5;10.0.0.6", "10.0.0.1/8"])
def test_addresses_that_are_none_are_refused(tmp_path, named):
    with pytest.raises(env.BadSettings, match="OPERANT_METRICS_FROM cannot be"):
        env.read({"OPERANT_HOME": str(tmp_path), "OPERANT_METRICS_FROM": named})


def test_a_short_token_is_refused_and_not_shown(tmp_path):
    with pytest.raises(env.BadSettings) as refused:
        env.read({"OPERANT_HOME": str(tmp_path), "OPERANT_METRICS_TOKEN": "marzipan"})
    assert "OPERANT_METRICS_TOKEN cannot be (a secret)" in str(refused.value)
    assert "marzipan" not in str(refused.value)


def test_what_waits_is_told_without_a_worker(cast):
    run_jobs()
    assert figure("operant_jobs_waiting") == []
    queue.defer("events.react")
    queue.defer("stage.convert")
    assert (figure("operant_jobs_waiting", queue="default"), figure("operant_jobs_waiting", queue="long")) == ([1], [1])
    assert figure("operant_jobs_oldest_seconds", queue="default")[0] >= 0
    with cast.at_harbour(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_message (id, organization_id, category, template, recipient, subject, text, html, state, "
            "attempts, error, due_at, created_at) VALUES (gen_random_uuid(), %s, 'notice', 'x', '', '', '', '', 'queued', 0, '', "
            "now() - interval '1 hour', now())",
            [cast.harbour.pk],
        )
    assert figure("operant_waits_due", kind="message") == [1]
    assert 3600 <= figure("operant_waits_lag_seconds", kind="message")[0] < 3700
    assert figure("operant_waits_due", kind="screen") == [0]


def test_the_worker_leaves_its_figures_for_web_to_tell(db):
    figures.report("worker-1")
    assert len(figure("process_resident_memory_bytes", process="web")) == 1
    assert len(figure("process_resident_memory_bytes", process="worker-1")) == 1
    heads = [line for line in ask("GET", "/metrics").body.decode().splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))


def test_a_worker_that_ended_is_told_no_more(db):
    figures.report("worker-1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE observing_report SET at = at - interval '61 seconds'")
    assert figure("process_resident_memory_bytes", process="worker-1") == []


def test_two_workers_take_two_names_and_one_is_used_again(db):
    names = [next(name for name in processes._names() if processes._mine(name, who)) for who in ("0" * 32, "1" * 32)]
    assert names == ["worker-1", "worker-2"]
    Lease.objects.filter(name="figures:worker-1").delete()
    assert next(name for name in processes._names() if processes._mine(name, "2" * 32)) == "worker-1"


def test_no_figure_knows_an_organization(cast):
    figures.report("worker-1")
    body = ask("GET", "/metrics").body.decode()
    assert "harbour" not in body.lower() and str(cast.harbour.pk) not in body


def test_a_report_that_fails_is_an_error_and_not_the_last_one(django_db_setup, django_db_blocker, monkeypatch, caplog):
    stop, reports = threading.Event(), []

    def report(name):
        reports.append(name)
        if len(reports) == 2:
            stop.set()
        raise LookupError("no such figure")

    monkeypatch.setattr(processes.figures, "report", report)
    monkeypatch.setattr(processes, "EVERY_SECONDS", 0.0)
    reporting = threading.Thread(target=processes._report, args=(stop,))
    with django_db_blocker.unblock():
        reporting.start()
        reporting.join(60)
    assert reports == [reports[0]] * 2
    assert [(each.name, each.levelname) for each in caplog.records] == [("operant.figures", "ERROR")] * 2


def test_without_the_database_this_process_still_tells_its_own(django_db_setup, django_db_blocker, monkeypatch, tmp_path):
    monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
    told = []
    # A thread of its own, for this one is connected already.
    scrape = threading.Thread(target=lambda: told.append(figures.text().decode()))
    with django_db_blocker.unblock():
        scrape.start()
        scrape.join(60)
    assert "operant_database_answers 0.0" in told[0]
    assert 'operant_release{process="web"' in told[0] and "operant_waits_due" not in told[0]
