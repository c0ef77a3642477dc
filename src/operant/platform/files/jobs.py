from datetime import timedelta
from uuid import UUID

from operant.platform import queue, retention

from . import storing

queue.every(timedelta(hours=6), job="files.sweep", in_each_organization=True)
retention.keep(
    "uploads", "Uploads that broke off, and bytes that no file points to", kept=None, since="for an hour", chore="files.sweep"
)


@queue.job("files.sweep")
def sweep(*, organization_id: str) -> None:
    storing.sweep(UUID(organization_id))
