from datetime import timedelta
from uuid import UUID

from operant.platform import queue

from . import storing

queue.every(timedelta(hours=6), job="files.sweep", in_each_organization=True)


@queue.job("files.sweep")
def sweep(*, organization_id: str) -> None:
    storing.sweep(UUID(organization_id))
