from collections.abc import Iterable
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from operant.panel.organizations.models import Organization
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel, TenantSample
from operant.stage.models import DashboardVersion

from ..program import Shows

LATE_AFTER = timedelta(seconds=75)
OFFLINE_AFTER = timedelta(minutes=3)
GOODBYE_AFTER = timedelta(seconds=2)
ERRORS_COUNT_FOR = timedelta(hours=1)
PAIRING_FOR = timedelta(minutes=10)


class Pairing(models.Model):
    """
    A device that belongs to nobody yet: its code matches, its secret polls. Of both it knows hashes.

    Global until somebody claims it; then it names the organization, the screen and the generation of its credential for the
    one exchange.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    code_hash = models.BinaryField(max_length=32, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    model = models.CharField(max_length=60, blank=True)
    viewport_width = models.PositiveIntegerField()
    viewport_height = models.PositiveIntegerField()
    browser_engine = models.CharField(max_length=20)
    browser_major = models.PositiveIntegerField()
    address = models.GenericIPAddressField()
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    organization_id = models.UUIDField(null=True)
    screen_id = models.UUIDField(null=True)
    generation = models.PositiveIntegerField(default=1)
    exchanged_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_pairing"
        indexes = [
            models.Index(fields=["expires_at"], name="pairing_expiry"),
            models.Index(fields=["address", "created_at"], name="pairing_address"),
        ]

    @property
    def is_open(self) -> bool:
        return self.screen_id is None and self.expires_at > clock.now()

    @property
    def browser(self) -> str:
        return _browser(self.browser_engine, self.browser_major)

    def claim(self, organization_id: UUID, screen_id: UUID, *, generation: int = 1) -> bool:
        """Return whether this call made the device a screen: it was open and nobody was faster."""
        now = clock.now()
        still_open = Pairing.objects.filter(pk=self.pk, screen_id=None, expires_at__gt=now)
        return still_open.moved(
            organization_id=organization_id, screen_id=screen_id, generation=generation, expires_at=now + PAIRING_FOR
        )

    def exchange(self) -> bool:
        """Return whether this call is the one that may hand out the credential."""
        waiting = Pairing.objects.filter(pk=self.pk, exchanged_at=None, screen_id__isnull=False)
        return waiting.moved(exchanged_at=clock.now())


# What a screen is told of its organization: under what name, and in which column.
OF_THE_ORGANIZATION = {
    "locale": "locale", "zone": "time_zone", "brand_name": "name", "brand_color": "color", "brand_logo": "logo_id",
}  # fmt: skip


def _hold_of(place: str) -> Func:
    # The first of a dashboard's pair is the version, the second what was published then (`holding`).
    path = Cast(NullIf(F("held"), Value("")), models.JSONField()), Cast(F("dashboard_id"), models.TextField()), Value(place)
    return Func(*path, function="jsonb_extract_path_text", output_field=models.TextField())


_PUBLISHED = F("dashboard__published_id")
_STANDS = Q(_base=Coalesce(Cast(_PUBLISHED, models.TextField()), Value("")))
TURNING = Q(playlist__isnull=False) | Q(schedule__isnull=False)


def _set_to(shows: Iterable[Shows]) -> Q:
    # With nothing to look for, no row is meant.
    found = Q(pk__in=[])
    alike: dict[tuple[UUID | None, UUID | None], set[UUID | None]] = {}
    for each in shows:
        alike.setdefault((each.playlist_id, each.schedule_id), set()).add(each.dashboard_id)
    for (playlist, schedule), dashboards in alike.items():
        shown = Q(dashboard__in=dashboards - {None}) | (Q(dashboard=None) if None in dashboards else Q(pk__in=[]))
        found |= shown & Q(playlist=playlist, schedule=schedule)
    return found


class Screens(CompareAndSet):
    def paired(self) -> Self:
        return self.filter(unpaired_at=None)

    def in_turn(self) -> Self:
        """Return the rows locked until the transaction ends, in the one order in which all lock them."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def turning(self) -> Self:
        """Those that show something else at other times."""
        return self.paired().filter(TURNING)

    def set_to(self, shows: Iterable[Shows]) -> Self:
        """Those that are set to one of these."""
        return self.paired().filter(_set_to(shows))

    def wanting(self) -> Self:
        """Add which version of its usual dashboard a screen should show: the one it is held at, or what is published."""
        held = Case(When(_STANDS, then=Cast(_hold_of("0"), models.UUIDField())), default=_PUBLISHED)
        wanted = Case(When(held="", then=_PUBLISHED), default=held, output_field=models.UUIDField())
        numbers = DashboardVersion.objects.filter(pk=OuterRef("wanted_id")).values("number")
        return self.alias(_base=_hold_of("1")).annotate(wanted_id=wanted).annotate(wanted_number=Subquery(numbers[:1]))

    def told(self) -> Self:
        """Add what a manifest's checksum is made of, without loading any document."""
        here = Organization.objects.filter(pk=OuterRef("organization_id"))
        return self.wanting().annotate(
            dashboard_name=F("dashboard__name"),
            dashboard_noted=F("dashboard__noted"),
            **{told: Subquery(here.values(name)[:1]) for told, name in OF_THE_ORGANIZATION.items()},
        )

    def judged(self, wrong: Q, asleep: Q) -> Self:
        """
        Add `status`, one word for the fleet, and whether errors are recent and the version is an old one.

        `wrong` is which of those that turn do not show what they must show now, `asleep` which of them need not be on.
        """
        since = clock.now() - ERRORS_COUNT_FOR
        recent = ClientError.objects.filter(screen=OuterRef("pk"), last_at__gte=since)
        behind = Q(wanted_id__isnull=False) & (Q(rendered_version=None) | ~Q(rendered_version=F("wanted_id")))
        return self.wanting().annotate(
            has_errors=Exists(recent),
            is_behind=Case(
                When(TURNING, then=Case(When(wrong, then=Value(True)), default=Value(False))),
                When(behind, then=Value(True)),
                default=Value(False),
            ),
        ).annotate(
            status=Case(
                When(state=Screen.State.NEVER_SEEN, then=F("state")),
                When(asleep & ~Q(state=Screen.State.ONLINE), then=Value("asleep")),
                When(state__in=[Screen.State.OFFLINE, Screen.State.LATE], then=F("state")),
                When(has_errors=True, then=Value("errors")),
                When(is_behind=True, then=Value("behind")),
                default=Value("online"),
                output_field=models.CharField(),
            )
        )

    def counted(self) -> dict[str, int]:
        """Return how many screens have each status."""
        return dict(self.order_by().values_list("status").annotate(Count("pk")))


class Screen(TenantModel):
    """
    A device on a wall that shows a dashboard's published version, or the dashboards of a playlist by turns, and what its
    schedule says instead at some times.

    `state` says whether it is alive, by its heartbeats; `connected_until` whether it holds a connection;
    `rendered_version` what it has really painted. No fact is worked out from another. `variables` is what those of its
    dashboards are set to on it, as text that is always the same for the same values: it is compared, never looked into.
    Where it hangs has `time_zone`, empty for the organization's: clocks and times on it, and schedules that name none, go by it.
    `held` says which versions of dashboards it shows in place of the published ones (`holding`), as such a text too.
    At a site it is the site's. Site, group and tags are where people find it, and what they send dashboards to.
    `glass` is how its player lays the picture out, as such a text too. `former` are the hashes of the device before, which is
    told so when it asks.
    """

    class State(models.TextChoices):
        NEVER_SEEN = "never_seen"
        ONLINE = "online"
        LATE = "late"
        OFFLINE = "offline"

    class Theme(models.TextChoices):
        DARK = "dark", _("Dark")
        LIGHT = "light", _("Light")

    name = models.CharField(max_length=80)
    model = models.CharField(max_length=60, blank=True)
    viewport_width = models.PositiveIntegerField()
    viewport_height = models.PositiveIntegerField()
    browser_engine = models.CharField(max_length=20)
    browser_major = models.PositiveIntegerField()
    dashboard = TenantForeignKey("stage.Dashboard", on_delete=models.PROTECT, null=True, related_name="screens")
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.DARK)
    variables = models.TextField(blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    playlist = TenantForeignKey("relay.Playlist", on_delete=models.PROTECT, null=True, related_name="screens")
    schedule = TenantForeignKey("relay.Schedule", on_delete=models.PROTECT, null=True, related_name="screens")
    held = models.TextField(blank=True, default="")
    site = TenantForeignKey("relay.Site", on_delete=models.PROTECT, null=True, related_name="screens")
    group = TenantForeignKey("relay.Group", on_delete=models.PROTECT, null=True, related_name="screens")
    tags = models.JSONField(default=list)
    glass = models.CharField(max_length=200, blank=True, default="")
    takeover = TenantForeignKey("relay.Takeover", on_delete=models.PROTECT, null=True, related_name="covered")

    rendered_version = TenantForeignKey(
        "stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="rendered_by"
    )
    rendered_at = models.DateTimeField(null=True)
    connected_until = models.DateTimeField(null=True)
    connected_by = models.CharField(max_length=6, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEVER_SEEN)
    last_seen_at = models.DateTimeField(null=True)
    went_offline_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    pace_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    paired_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    paired_at = models.DateTimeField(default=clock.now)
    unpaired_at = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=1)
    refresh_hash = models.BinaryField(max_length=32, null=True)
    next_refresh_hash = models.BinaryField(max_length=32, null=True)
    refresh_until = models.DateTimeField(null=True)
    former_hash = models.BinaryField(max_length=32, null=True)
    former_next_hash = models.BinaryField(max_length=32, null=True)
    ticket_hash = models.BinaryField(max_length=32, null=True)
    ticket_until = models.DateTimeField(null=True)

    objects = Screens.as_manager()

    class Meta:
        db_table = "relay_screen"
        indexes = [models.Index(fields=["organization_id", "name"], name="screen_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["never_seen", "online", "late", "offline"]), name="screen_state"
            ),
            models.CheckConstraint(
                condition=Q(state="never_seen") | Q(last_seen_at__isnull=False), name="screen_seen_if_known"
            ),
            models.CheckConstraint(condition=Q(dashboard=None) | Q(playlist=None), name="screen_shows_one"),
            models.CheckConstraint(
                condition=Q(unpaired_at=None) | Q(refresh_hash=None), name="screen_unpaired_has_no_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("scr", self.pk)

    @property
    def browser(self) -> str:
        return _browser(self.browser_engine, self.browser_major)

    @property
    def viewport(self) -> str:
        return f"{self.viewport_width} × {self.viewport_height}"

    @property
    def shows(self) -> Shows:
        return Shows(self.dashboard_id, self.playlist_id, self.schedule_id, self.time_zone, self.held)

    @property
    def is_connected(self) -> bool:
        return self.connected_until is not None and self.connected_until > clock.now()


class Heartbeat(TenantSample):
    """
    What a screen said of itself at one moment: the four things of the privacy notice, of the errors their number only,
    and how many of them were `thrown`.

    Telemetry: for finding out why a screen failed, by this room alone. Whole months are dropped after three more.
    """

    # No references (decision 0014): checking one costs more than writing the row, and samples go by themselves.
    screen_id = models.UUIDField()
    version = models.UUIDField(null=True)
    viewport_width = models.PositiveIntegerField()
    viewport_height = models.PositiveIntegerField()
    browser_engine = models.CharField(max_length=20)
    browser_major = models.PositiveIntegerField()
    painted_at = models.DateTimeField(null=True)
    errors = models.PositiveIntegerField(default=0)
    thrown = models.IntegerField(db_default=0)

    pk = models.CompositePrimaryKey("organization_id", "screen_id", "at")

    class Meta:
        db_table = "relay_heartbeat"
        indexes = [
            models.Index(fields=["organization_id", "screen_id", "at"], condition=Q(errors__gt=0), name="heartbeat_errors")
        ]


class ClientError(TenantModel):
    """A fault that a screen reported, scrubbed, once for each code and message."""

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="errors")
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=200)
    count = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "relay_client_error"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "screen", "code", "message"], name="client_error_once")
        ]
        indexes = [models.Index(fields=["organization_id", "screen", "-last_at"], name="client_error_latest")]


def _browser(engine: str, major: int) -> str:
    known = {"Gecko": "Firefox", "WebKit": "Safari"}.get(engine, engine)
    return f"{known} {major}" if major else "Unknown browser"
