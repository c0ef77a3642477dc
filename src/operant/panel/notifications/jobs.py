from datetime import timedelta
from uuid import UUID

from operant.platform import queue, tenancy

from .actions import delivering, telling, wishing

queue.register_wait("delivery", job="notifications.deliver")
queue.every(timedelta(hours=24), job="notifications.forget_old", in_each_organization=True)


@queue.job("notifications.deliver")
def deliver(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        delivering.hand_out(ids=ids)


@queue.job("notifications.write")
def write(*, organization_id: str, person_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        delivering.write(person_id=UUID(person_id))


@queue.job("notifications.stop_updates")
def stop_updates(*, person_id: str) -> None:
    wishing.stop_updates(person_id=UUID(person_id))


@queue.job("notifications.forget_old")
def forget_old(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        telling.forget_old()
