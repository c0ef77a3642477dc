from django.db import models
from django.db.models import F, Q

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .screens import Screen


class Outage(TenantModel):
    """
    A time when nothing was heard of a screen, three minutes or more, or after its page said goodbye; written when it is over.

    It begins with the last heartbeat before. One that goes on is the screen's own `state` and `last_seen_at`.
    """

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="outages")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "relay_outage"
        constraints = [models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="outage_ends_later")]
        indexes = [models.Index(fields=["organization_id", "screen", "ended_at"], name="outage_latest")]


class SavedFilter(TenantModel):
    """How a member narrows the list of screens, under a name of their own. It is theirs alone, and ends with the membership."""

    member = TenantForeignKey("organizations.Membership", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "relay_saved_filter"
        constraints = [models.UniqueConstraint(fields=["organization_id", "member", "name"], name="saved_filter_once")]
