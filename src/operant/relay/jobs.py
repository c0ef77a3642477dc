from datetime import timedelta
from uuid import UUID

from operant.platform import clock, queue, retention, tenancy
from operant.platform.tenancy import partitions

from .actions import deploying, pairing, watching

queue.register_wait("screen", job="relay.settle")
queue.register_wait("deployment", job="relay.deploy")
queue.every(timedelta(hours=1), job="relay.forget_pairings")
queue.every(timedelta(hours=6), job="relay.turn_months")
retention.keep(
    "pairings", "Devices that show a code to be paired with", kept=None, since="until their code runs out",
    chore="relay.forget_pairings",
)  # fmt: skip
retention.keep(
    "heartbeats", "Heartbeats of screens", kept=timedelta(days=90), since="and a little, by whole months",
    chore="relay.turn_months",
)  # fmt: skip


@queue.job("relay.settle")
def settle(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        watching.settle(ids=ids)


@queue.job("relay.deploy")
def deploy(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            deploying.advance(deployment_id=UUID(each))


@queue.job("relay.forget_pairings")
def forget_pairings() -> None:
    pairing.forget_old()


@queue.job("relay.turn_months")
def turn_months() -> None:
    partitions.turn(clock.now())
