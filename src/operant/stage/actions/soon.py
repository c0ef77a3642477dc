from datetime import timedelta

from operant.platform import clock, queue, tenancy

from ..models import Connection, Source

# The queue brings a test at once; should it lose the job, the clock brings it after this.
LOST_AFTER = timedelta(seconds=60)


def test_soon(source: Source) -> Source:
    """Have the connection of a source tested, and its tables or rows read again, as soon as a worker has time."""
    Connection.objects.filter(pk=source.connection_id).update(steps=[])
    source.state, source.error, source.readings = Source.State.CONVERTING, "", 0
    source.due_at, source.leased_until = clock.now() + LOST_AFTER, None
    source.save(update_fields=["state", "error", "readings", "due_at", "leased_until"])
    queue.defer("stage.test", organization_id=tenancy.current_organization_id(), ids=[source.pk])
    return source
