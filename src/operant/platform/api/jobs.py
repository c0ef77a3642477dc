from datetime import timedelta
from uuid import UUID

from operant.platform import queue, tenancy

from . import repeats

queue.every(timedelta(hours=1), job="api.forget_answers", in_each_organization=True)


@queue.job("api.forget_answers")
def forget_answers(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        repeats.forget_old()
