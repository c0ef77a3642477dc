from collections.abc import Callable, Iterator

import pytest

from operant.panel.organizations.models import Membership
from operant.panel.webhooks import actions, jobs
from operant.panel.webhooks.models import Endpoint
from operant.platform.outgoing import Allowed
from operant.testing.queue import claim, run_jobs
from operant.testing.receiver import Receiver, receiver

assert jobs, "the clock knows what waits here once its jobs are registered"


@pytest.fixture
def server(settings) -> Iterator[Receiver]:
    """A server on this machine, at an address that the operator opened."""
    with receiver() as told:
        settings.PRIVATE_NETWORKS = Allowed.parsed(told.place)
        settings.OWN_ENDPOINTS = []
        yield told


@pytest.fixture
def add(cast, server) -> Callable[..., Endpoint]:
    """Return a function: Harbour's endpoint at a path of the server."""

    def made(path: str = "/", **told: object) -> Endpoint:
        with cast.at_harbour(cast.ada):
            return actions.add(by=member(cast.ada), address=server.url(path), **told)

    return made


def member(person) -> Membership:
    return Membership.objects.select_related("person").get(person=person)


def deliver() -> list[str]:
    """Do with deliveries what the clock and the worker do now, and return the names of the jobs of this room."""
    claim("webhook_delivery")
    return [each for each in run_jobs() if each.startswith("webhooks.")]
