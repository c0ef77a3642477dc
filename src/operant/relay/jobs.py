from uuid import UUID

from operant.platform import queue, tenancy

from .actions import watching

queue.register_wait("screen", job="relay.settle")


@queue.job("relay.settle")
def settle(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        watching.settle(ids=ids)
