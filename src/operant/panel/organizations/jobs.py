from datetime import timedelta
from uuid import UUID

from operant.platform import queue, tenancy

from .actions import second_factor, vouching

queue.every(timedelta(hours=6), job="organizations.remind", in_each_organization=True)


@queue.job("organizations.remind")
def remind(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        second_factor.remind()


@queue.job("organizations.ask_to_vouch")
def ask_to_vouch(*, recovery_id: str, person_id: str) -> None:
    vouching.ask(recovery_id=UUID(recovery_id), person_id=UUID(person_id))


@queue.job("organizations.settle_vouchings")
def settle_vouchings(*, recovery_id: str, person_id: str) -> None:
    vouching.settle(recovery_id=UUID(recovery_id), person_id=UUID(person_id))


@queue.job("organizations.end_vouchings")
def end_vouchings(*, recovery_id: str, person_id: str, is_done: bool) -> None:
    vouching.end(recovery_id=UUID(recovery_id), person_id=UUID(person_id), is_done=is_done)
