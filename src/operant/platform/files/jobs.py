from uuid import UUID

from operant.platform import queue

from . import storing


@queue.job("files.sweep")
def sweep(*, organization_id: str) -> None:
    storing.sweep(UUID(organization_id))
