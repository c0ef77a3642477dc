from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantModel

INVITATION_VALID_FOR = timedelta(days=7)


class Role(models.TextChoices):
    """What a member may do; each role may do everything that those after it may."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        return len(Role.values) - Role.values.index(self.value)


class Organization(models.Model):
    """A tenant: a firm that uses Operant. Its slug is its place in every address."""

    ISOLATED_BY = "id"

    id = models.UUIDField(primary_key=True, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    is_operator = models.BooleanField(default=False)
    locale = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField(default=clock.now)
    second_factor_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "organizations_organization"

    def __str__(self) -> str:
        return self.name

    @property
    def second_factor_on(self) -> date | None:
        """The day, where the organization is, from which nobody enters without a second factor."""
        begins = self.second_factor_from
        return begins and begins.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def demands_factor(self) -> bool:
        """Whether nobody enters without a second factor any more."""
        return self.second_factor_from is not None and self.second_factor_from <= clock.now()


class Membership(TenantModel):
    """That a person belongs to an organization, and as what."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "organizations_membership"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "person"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
        ]

    @property
    def rank(self) -> int:
        return Role(self.role).rank


class Invitation(TenantModel):
    """A place offered to a mail address. Only the hash of its link is kept."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role)
    secret_hash = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "organizations_invitation"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "secret_hash"], name="invitation_secret"),
            models.UniqueConstraint(
                "organization_id", Lower("email"), name="invitation_open_once",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > clock.now()

    def close_as(self, *, accepted: bool, at: datetime) -> bool:
        """Return whether this call closed the invitation, as accepted or revoked."""
        still_open = Invitation.objects.filter(pk=self.pk, accepted_at=None, revoked_at=None)
        return still_open.moved(**{"accepted_at" if accepted else "revoked_at": at})


class Vouching(TenantModel):
    """An owner's word that a member who lost their second factor is who they say: asked for, given, or no longer needed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    recovery = models.UUIDField()
    asked_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "organizations_vouching"
        constraints = [models.UniqueConstraint(fields=["organization_id", "recovery"], name="vouching_once")]

    def give(self, *, by: "Membership", at: datetime) -> bool:
        """Return whether this call gave the word."""
        asked = Vouching.objects.filter(pk=self.pk, given_at=None, ended_at=None)
        return asked.moved(given_at=at, given_by=by.person)
