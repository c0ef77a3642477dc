from django.db import models
from django.db.models import Q

from operant.platform import clock


class Lease(models.Model):
    """Who leads a task that one process at a time may do, and until when."""

    name = models.CharField(primary_key=True, max_length=40)
    holder = models.UUIDField()
    until = models.DateTimeField()

    @classmethod
    def taken(cls, name: str, holder: object, until: object) -> bool:
        """Return whether `holder` now leads: the lease was free, over, or its own."""
        free = Q(holder=holder) | Q(until__lt=clock.now())
        if cls.objects.filter(free, name=name).update(holder=holder, until=until):
            return True
        _, created = cls.objects.get_or_create(name=name, defaults={"holder": holder, "until": until})
        return created

    @classmethod
    def ended(cls, name: str) -> bool:
        """Return whether this call ended the lead, whoever had it."""
        return cls.objects.filter(name=name).delete()[0] == 1


class Start(models.Model):
    """
    That a worker began, and when it was last seen to live.

    One that ends as it was told to takes its row along, so what is left belongs to workers that live, or fell.
    """

    id = models.UUIDField(primary_key=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
