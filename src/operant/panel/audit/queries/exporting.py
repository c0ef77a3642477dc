from collections import deque
from collections.abc import Iterator
from uuid import UUID

from operant.panel.organizations import queries as organizations
from operant.platform import clock, tenancy

from .. import lines, verify
from ..models import Checkpoint, Seal
from . import chain

AT_ONCE = 1000


def pages(organization_id: UUID) -> Iterator[list[bytes]]:
    """
    Yield an organization's sealed log as lines, many at a time. Opens its own scopes.

    Between two pages no scope is open and nothing is held but the last hash, so the log may be as long as it likes.
    """
    written = verify.Log()
    with tenancy.organization_scope(organization_id):
        until, checkpoints = chain.head()[0], list(Checkpoint.objects.order_by("sequence"))
        begin = lines.begin(organization_id, organizations.organization().slug, clock.now())
    written.organization, due = str(organization_id), deque(checkpoints)
    yield _kept(written, [begin, *lines.keys(checkpoints)])
    while written.sequence < until:
        with tenancy.organization_scope(organization_id):
            seals = _sealed(written.sequence, until)
            found = [made for seal in seals for made in (_entry(written, seal), *_passed(written, due))]
        if not found:
            break
        yield found
    # What a checkpoint says there should be, and is not there.
    yield _kept(written, [lines.checkpoint(each) for each in due])
    written.checkpoints += len(due)
    yield [lines.end(written)]


def _sealed(after: int, until: int) -> list[Seal]:
    found = Seal.objects.filter(sequence__gt=after, sequence__lte=until).order_by("sequence")
    return list(found.select_related("event").prefetch_related("event__personal")[:AT_ONCE])


def _entry(written: verify.Log, seal: Seal) -> bytes:
    made = lines.line(seal, bytes.fromhex(written.head))
    written.sequence, written.head = seal.sequence, bytes(seal.hash).hex()
    written.entries += 1
    written.personal += len(seal.event.personal.all())
    return made


def _passed(written: verify.Log, due: deque[Checkpoint]) -> list[bytes]:
    """Return the checkpoints that this place in the chain has reached."""
    made = []
    while due and due[0].sequence <= written.sequence:
        made.append(lines.checkpoint(due.popleft()))
        written.checkpoints += 1
    return _kept(written, made)


def _kept(written: verify.Log, others: list[bytes]) -> list[bytes]:
    for each in others:
        written.others.update(each)
    return others
