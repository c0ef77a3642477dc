from typing import Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

MOST_ENTRIES = 30
LEAST_SECONDS, USUAL_SECONDS, MOST_SECONDS = 5, 20, 3600


class Playlists(CompareAndSet):
    def measured(self) -> Self:
        """Add how many entries each has that turn, how long one round of them lasts, and how many screens show it."""
        mine = Entry.objects.filter(playlist=OuterRef("pk"), is_enabled=True).order_by().values("playlist")
        screens = Count("screens", filter=Q(screens__unpaired_at=None))
        return self.annotate(
            turning=Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0),
            seconds=Coalesce(Subquery(mine.annotate(n=Sum("seconds")).values("n")), 0), shown=screens,
        )  # fmt: skip


class Playlist(TenantModel):
    """Dashboards that take turns on screens, each for so many seconds."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    objects = Playlists.as_manager()

    class Meta:
        db_table = "relay_playlist"
        indexes = [models.Index(fields=["organization_id", "name"], name="playlist_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("pls", self.pk)


class Entry(TenantModel):
    """One turn of a playlist: a dashboard, for how long, and what its variables are set to meanwhile (as on a screen)."""

    playlist = TenantForeignKey(Playlist, on_delete=models.CASCADE, related_name="entries")
    dashboard = TenantForeignKey("stage.Dashboard", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField(default=USUAL_SECONDS)
    is_enabled = models.BooleanField(default=True)
    variables = models.TextField(blank=True, default="")

    class Meta:
        db_table = "relay_playlist_entry"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gte=LEAST_SECONDS, seconds__lte=MOST_SECONDS), name="entry_seconds"
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "playlist", "position"], name="entry_order"),
            models.Index(fields=["organization_id", "dashboard"], name="entry_dashboard"),
        ]
