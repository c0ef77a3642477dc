"""How long workers live: one that falls soon after each start beats often enough to look alive, and gets nothing done."""

from datetime import datetime, timedelta
from uuid import UUID

from operant.platform import clock

SEEN_EVERY = timedelta(seconds=5)
GONE_AFTER = timedelta(seconds=20)
LASTS_FROM = timedelta(minutes=5)
COUNTED_FOR = timedelta(hours=1)


def begin(worker: UUID) -> None:
    """Note that a worker begins, and forget those that nobody counts any more."""
    from .models import Start  # the package is imported before models are ready

    now = clock.now()
    Start.objects.filter(seen_at__lt=now - 2 * COUNTED_FOR).delete()
    Start.objects.create(id=worker, began_at=now, seen_at=now)


def see(worker: UUID) -> None:
    """Note that a worker lives."""
    from .models import Start

    Start.objects.filter(pk=worker).update(seen_at=clock.now())


def end(worker: UUID) -> None:
    """Note that a worker ends as it was told to: that is no fall."""
    from .models import Start

    Start.objects.filter(pk=worker).delete()


def falls() -> list[datetime]:
    """Return when those workers began that fell soon after within the last hour, since one lasted; none while one does."""
    from .models import Start

    now, found = clock.now(), []
    known = Start.objects.filter(seen_at__gte=now - COUNTED_FOR).order_by("began_at")
    for began_at, seen_at in known.values_list("began_at", "seen_at"):
        has_lasted, is_gone = seen_at - began_at >= LASTS_FROM, seen_at < now - GONE_AFTER
        if has_lasted and not is_gone:
            return []
        # What began after one that lasted counts anew, although that one may have ended since.
        found = [] if has_lasted else [*found, began_at] if is_gone else found
    return found
