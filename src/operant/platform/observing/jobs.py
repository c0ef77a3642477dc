import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection

from operant.platform import queue, retention, tenancy
from operant.platform.tenancy import audit

from . import errors, figures, usage

log = logging.getLogger("operant.tenancy")

queue.every(timedelta(hours=24), job="observing.audit")
queue.every(timedelta(hours=6), job="observing.forget")
queue.every(timedelta(hours=24), job="observing.forget_usage", in_each_organization=True)
retention.keep(
    "log", "Requests and jobs in the log, without anybody's values", kept=None,
    since="as long as the machine keeps what Operant writes to standard error",
)  # fmt: skip


@queue.job("observing.audit")
def examine_tenancy() -> None:
    with connection.cursor() as cursor:
        found = audit.findings(cursor)
    figures.HOLES.set(len(found))
    if found:
        log.error("Organizations are not kept apart as they should be: %s", audit.words(found))


@queue.job("observing.forget")
def forget() -> None:
    errors.forget()
    figures.forget_reports()


@queue.job("observing.forget_usage")
def forget_usage(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        usage.forget()
