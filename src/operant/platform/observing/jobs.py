import logging
from datetime import timedelta

from django.db import connection

from operant.platform import queue
from operant.platform.tenancy import audit

from . import errors, figures

log = logging.getLogger("operant.tenancy")

queue.every(timedelta(hours=24), job="observing.audit")
queue.every(timedelta(hours=6), job="observing.forget")


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
