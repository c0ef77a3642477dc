from datetime import timedelta
from uuid import UUID

from operant.platform import queue, retention, tenancy

from . import actions, verify
from .queries import exporting

queue.register_wait("entry", job="audit.seal")
queue.every(timedelta(hours=24), job="audit.mark", in_each_organization=True)
queue.every(timedelta(hours=24), job="audit.check_nightly", in_each_organization=True)

retention.keep(
    "checks", "Checks of the audit log, and how they ended", kept=None, since=f"until {actions.CHECKS_KEPT} later ones were made",
    chore="audit.check_nightly",
)  # fmt: skip


@queue.job("audit.seal")
def seal(*, organization_id: str, ids: list[str]) -> None:
    _seal(UUID(organization_id))


@queue.job("audit.mark")
def mark(*, organization_id: str) -> None:
    _seal(UUID(organization_id))
    with tenancy.organization_scope(UUID(organization_id)):
        actions.mark()


@queue.job("audit.check", queue=queue.LONG)
def check(*, organization_id: str, check_id: str) -> None:
    _check(UUID(organization_id), UUID(check_id))


@queue.job("audit.check_nightly", queue=queue.LONG)
def check_nightly(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        begun = actions.begin_check()
    _check(UUID(organization_id), begun.pk)


def _seal(organization_id: UUID) -> None:
    # Whatever waits, and not only what was claimed: after a pause the clock would hand on some hundred a second.
    sealed = True
    while sealed:
        with tenancy.organization_scope(organization_id):
            sealed = actions.seal()


def _check(organization_id: UUID, check_id: UUID) -> None:
    _seal(organization_id)
    log, reason = verify.Log(), ""
    try:
        for page in exporting.pages(organization_id):
            log.read(page)
            with tenancy.organization_scope(organization_id):
                actions.advance_check(check_id=check_id, entries=log.entries)
        log.finish()
    except verify.Broken as error:
        reason = str(error)
    with tenancy.organization_scope(organization_id):
        actions.finish_check(check_id=check_id, entries=log.entries, reason=reason)
