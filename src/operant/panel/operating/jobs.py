from uuid import UUID

from operant.platform import queue, tenancy

from . import actions

queue.register_wait("product_update", job="operating.send_update")


@queue.job("operating.send_update", queue=queue.LONG)
def send_update(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            actions.go_on_with_update(update_id=UUID(each))
