from datetime import timedelta
from uuid import UUID

from operant.platform import queue, tenancy

from .actions import pairing, watching

queue.register_wait("screen", job="relay.settle")
queue.every(timedelta(hours=1), job="relay.forget_pairings")


@queue.job("relay.settle")
def settle(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        watching.settle(ids=ids)


@queue.job("relay.forget_pairings")
def forget_pairings() -> None:
    pairing.forget_old()
