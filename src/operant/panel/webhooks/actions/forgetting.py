from datetime import timedelta

from operant.platform import clock, retention

from ..models import Attempt, Delivery, Endpoint

KEPT_FOR = timedelta(days=30)
KEPT = retention.keep(
    "deliveries", "Deliveries of webhooks, and what was answered", kept=KEPT_FOR, since="after they were made",
    chore="webhooks.forget",
)  # fmt: skip


def forget_old() -> None:
    """This function will delete deliveries after 30 days, secrets that ended, and endpoints that were removed."""
    old = Delivery.objects.filter(created_at__lt=KEPT.cutoff).exclude(state=Delivery.State.WAITING)
    Attempt.objects.filter(delivery__in=old).delete()
    old.delete()
    Endpoint.objects.filter(previous_until__lte=clock.now()).update(previous_secret=None, previous_until=None)
    removed = Endpoint.objects.filter(removed_at__isnull=False)
    removed.exclude(pk__in=Delivery.objects.values("endpoint_id")).delete()
