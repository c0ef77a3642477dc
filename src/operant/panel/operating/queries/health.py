"""Whether this installation is well: what `/readyz`, the doctor, the queue, the disk, backups and mail know, as facts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from operant.platform import clock, tenancy
from operant.platform.observing import backups, errors, figures, health, versions
from operant.platform.queue import looking, progress, starts
from operant.platform.tenancy import audit, counts

LOW_BYTES = 1 << 30
OLD_BACKUP = timedelta(days=2)
LATE = timedelta(seconds=60)
MAILS_OF = timedelta(days=7)
WORSE = {"error": 0, "warning": 1, "success": 2, "muted": 3}


@dataclass(frozen=True)
class Fact:
    """
    One thing, and what to do about it.

    It is well (`success`), to be looked at (`warning`), out of order (`error`), or not needed here (`muted`).
    """

    name: str
    tone: str
    word: str
    says: str
    url_name: str = ""


def facts(person_id: UUID) -> list[Fact]:
    """Return what is known about this installation, the worst first. Opens the operator's scope."""
    with tenancy.organization_scope(tenancy.OPERATOR, person_id):
        found = [*_ready(), *_queue(), *_clock(), *_disk(), *_backups(), *_mail(), *_errors(), *_apart(), *_patched()]
    return sorted(found, key=lambda fact: WORSE[fact.tone])


def _ready() -> Iterator[Fact]:
    troubles = health.examine()
    age = figures.worker_silent_for()
    said = "No worker was ever here." if age is None else f"Last alive {age:.0f} s ago."
    yield _fact("Worker", "worker" not in troubles, "Alive", "Silent", said, "Start “operant worker”, or “operant up”.")
    told = "The tables are those of this release."
    yield _fact("Migrations", "migrations" not in troubles, "Current", "Behind", told, "Run “operant migrate”.")


def _queue() -> Iterator[Fact]:
    waiting, failed = looking.jobs(looking.WAITING).count(), looking.jobs(looking.FAILED).count()
    said = f"{_number(waiting, 'job')} in the queue, none failed in the last two weeks."
    if failed:
        yield Fact("Jobs", "warning", f"{failed} failed", "Retry them, or dismiss what no longer matters.", "operating_jobs")
    else:
        yield Fact("Jobs", "success", "None failed", said, "operating_jobs")


def _clock() -> Iterator[Fact]:
    # Whether what is late moves is known to who looks again and again: the notice above every page tells them apart.
    late = max(progress.lines(), key=lambda each: each.overdue_for, default=None)
    late_for = late.overdue_for if late else timedelta()
    said = f"What was due first waits for {late_for.total_seconds():.0f} s."
    yield _fact("Clock", late_for < LATE, "On time", "Late", said, f"{said} Look whether the worker keeps up.")
    fell = len(starts.falls())
    if fell:
        mend = "A worker ended soon after its start within the last hour. Its log says why, in the last lines before each start."
        yield Fact("Starts", "warning", _number(fell, "failed start"), mend)


def _disk() -> Iterator[Fact]:
    disk = shutil.disk_usage(settings.HOME)
    said = f"{disk.free / 1e9:,.1f} of {disk.total / 1e9:,.1f} GB are free."
    mend = f"{said} Make room, or move OPERANT_HOME to a larger disk."
    if disk.free < health.FULL_BYTES:
        yield Fact("Disk", "error", "Full", mend)
    else:
        yield _fact("Disk", disk.free > LOW_BYTES, "Enough room", "Little room", said, mend, worse="warning")


def _backups() -> Iterator[Fact]:
    last = backups.last(settings.HOME)
    mend = "Let “operant backup” run every night: docs/guides/backup.md."
    if last is None:
        yield Fact("Backup", "muted" if settings.IS_LOCAL else "warning", "None yet", mend)
    else:
        said = f"The last one is of {last:%Y-%m-%d %H:%M} UTC."
        yield _fact("Backup", clock.now() - last < OLD_BACKUP, "Fresh", "Old", said, f"{said} {mend}", worse="warning")


def _mail() -> Iterator[Fact]:
    if not settings.SMTP_URL:
        said = "No server is configured, so every mail ends in the outbox. Set SMTP_URL to send them."
        yield Fact("Mail", "muted" if settings.IS_LOCAL else "warning", "Kept in the outbox", said)
        return
    states = counts.mails(clock.now() - MAILS_OF)
    failed, left = states.get("failed", 0), states.get("accepted", 0)
    said = f"{left} left in the last seven days, {failed} failed, {states.get('unknown', 0)} may have left."
    yield _fact("Mail", not failed, "Leaves", "Some failed", said, f"{said} “operant doctor” asks the server.", worse="warning")


def _errors() -> Iterator[Fact]:
    number = errors.latest().count()
    said = f"{_number(number, 'kind')} of errors that nobody marked as solved."
    yield Fact("Errors", "warning" if number else "success", f"{number} open" if number else "None open", said, "failures")


def _apart() -> Iterator[Fact]:
    with connection.cursor() as cursor:
        found = audit.findings(cursor)
    said = "The catalogs of the database keep organizations apart."
    yield _fact("Tenancy", not found, "Apart", _number(len(found), "finding"), said, audit.words(found))


def _patched() -> Iterator[Fact]:
    number, page = len(versions.holes(connection.pg_version)), "operating_versions"
    said, mend = "No hole that this release knows of.", "Update PostgreSQL: the page of versions says to which."
    yield _fact("PostgreSQL", not number, "Patched", _number(number, "known hole"), said, mend, page, worse="warning")


def _fact(name: str, is_well: bool, word: str, other: str, said: str, mend: str, url_name: str = "", *, worse: str = "error"):
    return Fact(name, "success", word, said, url_name) if is_well else Fact(name, worse, other, mend, url_name)


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
