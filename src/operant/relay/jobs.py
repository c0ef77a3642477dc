from datetime import timedelta
from uuid import UUID

from operant.platform import clock, queue, retention, tenancy
from operant.platform.tenancy import partitions

from .actions import alarming, deploying, forgetting, looking, pairing, picturing, takeovers, watching

queue.register_wait("screen", job="relay.settle")
queue.register_wait("deployment", job="relay.deploy")
queue.register_wait("takeover", job="relay.pass_takeovers")
queue.register_wait("watch", job="relay.look")
queue.register_wait("alarm", job="relay.tell")
queue.every(timedelta(hours=1), job="relay.forget_pairings")
queue.every(timedelta(hours=1), job="relay.forget_screenshots", in_each_organization=True)
queue.every(timedelta(hours=6), job="relay.turn_months")
queue.every(timedelta(hours=24), job="relay.forget_deployments", in_each_organization=True)
retention.keep(
    "pairings", "Devices that show a code to be paired with", kept=None, since="until their code runs out",
    chore="relay.forget_pairings",
)  # fmt: skip
retention.keep(
    "heartbeats", "Heartbeats of screens", kept=timedelta(days=90), since="and a little, by whole months",
    chore="relay.turn_months",
)  # fmt: skip
retention.keep("outages", "Times when a screen was away", kept=None, since="as long as the organization stands")


@queue.job("relay.settle")
def settle(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        watching.settle(ids=ids)


@queue.job("relay.pass_takeovers")
def pass_takeovers(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        takeovers.pass_takeovers(ids=ids)


@queue.job("relay.look")
def look(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        looking.look(ids=ids)


@queue.job("relay.tell")
def tell(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        alarming.tell(ids=ids)


@queue.job("relay.deploy")
def deploy(*, organization_id: str, ids: list[str]) -> None:
    failed = []
    for each in ids:
        try:
            with tenancy.organization_scope(UUID(organization_id)):
                deploying.advance(deployment_id=UUID(each))
        except Exception as error:  # noqa: BLE001
            failed.append(error)
    if failed:
        raise ExceptionGroup("Deployments that could not be looked at; the others were.", failed)


@queue.job("relay.forget_pairings")
def forget_pairings() -> None:
    pairing.forget_old()


@queue.job("relay.forget_screenshots")
def forget_screenshots(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        picturing.forget_screenshots()


@queue.job("relay.turn_months")
def turn_months() -> None:
    partitions.turn(clock.now())


@queue.job("relay.forget_deployments")
def forget_deployments(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        forgetting.forget_deployments()
