from datetime import timedelta
from uuid import UUID

from operant.platform import queue, tenancy

from . import actions
from .actions import recovery

queue.register_wait("recovery", job="accounts.settle_recoveries")
queue.every(timedelta(hours=6), job="accounts.forget_sessions")


@queue.job("accounts.forget_sessions")
def forget_sessions() -> None:
    actions.forget_sessions()


@queue.job("accounts.settle_recoveries")
def settle_recoveries(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        for each in ids:
            recovery.finish(recovery_id=UUID(each))
