from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantModel

from .schedules import EVERY_DAY

MOST_SITES = MOST_GROUPS = 1000


class Site(TenantModel):
    """
    A place where screens hang, with its clock and its operating hours: outside them a dark screen is no trouble.

    Its time zone is that of every screen at it; an empty one is the organization's. `days` has a bit for each day of the
    week, Monday the lowest. Hours that end when or before they begin end on the next day, and alike they are the whole day.
    """

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)
    opens_at = models.TimeField(default=time(0))
    closes_at = models.TimeField(default=time(0))
    created_at = models.DateTimeField(default=clock.now)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_site"
        constraints = [
            models.UniqueConstraint("organization_id", Lower("name"), name="site_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=EVERY_DAY), name="site_days"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("sit", self.pk)

    @property
    def is_always_open(self) -> bool:
        return self.days == EVERY_DAY and self.opens_at == self.closes_at

    def is_open_at(self, at: datetime, usual_zone: str) -> bool:
        """Return whether its screens are to be on at a moment; `usual_zone` is the organization's."""
        wall = at.astimezone(ZoneInfo(self.time_zone or usual_zone))
        today, yesterday = self.days >> wall.weekday() & 1, self.days >> (wall.weekday() - 1) % 7 & 1
        if self.opens_at == self.closes_at:
            return bool(today)
        if self.opens_at < self.closes_at:
            return bool(today) and self.opens_at <= wall.time() < self.closes_at
        return bool(today) and wall.time() >= self.opens_at or bool(yesterday) and wall.time() < self.closes_at


    def opens_after(self, at: datetime, usual_zone: str) -> datetime:
        """Return when it opens next after a moment."""
        zone = ZoneInfo(self.time_zone or usual_zone)
        begins = time(0) if self.opens_at == self.closes_at else self.opens_at
        today = at.astimezone(zone).date()
        days = (today + timedelta(days=number) for number in range(9))
        return next(
            opening.astimezone(UTC) for day in days if self.days >> day.weekday() & 1
            and (opening := datetime.combine(day, begins, zone)) > at
        )  # fmt: skip


class Group(TenantModel):
    """Screens that belong together, wherever they hang: those of the lobbies, those to try a dashboard on first."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_group"
        constraints = [models.UniqueConstraint("organization_id", Lower("name"), name="group_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("grp", self.pk)
