from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from operant.platform import clock
from operant.platform.statements import Written
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from . import brand

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


SERVICE_ROLES = (Role.ADMIN, Role.EDITOR, Role.VIEWER)
"""What a service account can be: an organization is owned by people."""
RIGHTS = (Role.EDITOR, Role.VIEWER)
"""What can be given on one thing: owners and admins may do everything anyway."""


class Organization(models.Model):
    """A tenant: a firm that uses Operant. Its slug is its place in every address."""

    ISOLATED_BY = "id"

    id = models.UUIDField(primary_key=True, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    is_operator = models.BooleanField(default=False)
    locale = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    postal_address = models.CharField(max_length=500, blank=True)
    color = models.CharField(max_length=7, blank=True)
    logo = TenantForeignKey("files.File", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    second_factor_from = models.DateTimeField(null=True)
    second_factor_reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organizations_organization"
        constraints = [
            models.CheckConstraint(condition=Q(color="") | Q(color__regex="^#[0-9a-f]{6}$"), name="organization_color"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="organization_currency"),
        ]

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

    @property
    def logo_path(self) -> str:
        return brand.logo_path(self.pk, self.logo_id)

    @property
    def ink(self) -> str:
        """What can be read on its color."""
        return brand.ink(self.color) if self.color else ""


class Membership(TenantModel):
    """
    That a person belongs to an organization, and as what.

    `cap` is the most that whoever acts in its name may be: a token has no more than when it was made.
    """

    cap = Role.OWNER

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

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def standing(self) -> str:
        """What an open page names its reader by: it ends with the membership, and with the role in it."""
        return f"{self.organization_id}/{self.pk}/{self.role}"

    def as_of_now(self) -> "Membership | None":
        """Return it as it stands now, with no more than the role it acts in; None when it ended."""
        found = Membership.objects.select_related("person").filter(pk=self.pk).first()
        if found is not None:
            found.cap = self.cap
            found.role = min((Role(found.role), self.cap), key=lambda role: role.rank)
        return found

    @cached_property
    def rights(self) -> dict[UUID, Role]:
        """The roles this member has on single things, in place of the one here. In the organization's scope."""
        return {each.subject_id: Role(each.role) for each in _rights_of.all(self.pk)}


class Right(TenantModel):
    """
    The role that a member has on one thing, in place of the one they have in the organization.

    It ends with the membership, and with the thing: whoever ends one calls `actions.end_rights`.
    """

    member = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="rights_given")
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    role = models.CharField(max_length=10, choices=[(role.value, role.label) for role in RIGHTS])
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "organizations_right"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "member", "subject_id"], name="right_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in RIGHTS]), name="right_role"),
        ]
        indexes = [models.Index(fields=["organization_id", "subject_id"], name="right_subject")]


_rights_of = Written(lambda member_id: Right.objects.filter(member=member_id))


class ServiceAccount(TenantModel):
    """
    A member that is no person: programs act in its name, with tokens that do not end when somebody leaves.

    It has no address and no password, so nobody signs in as one. One that ended stays, so that what it did has a name.
    """

    cap = Role.OWNER
    person_id = None

    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=[(role.value, role.label) for role in SERVICE_ROLES])
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "organizations_service"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "name"], name="service_name_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in SERVICE_ROLES]), name="service_role"),
        ]

    @property
    def rank(self) -> int:
        return Role(self.role).rank

    @property
    def rights(self) -> dict[UUID, Role]:
        """None: rights on single things are given to people."""
        return {}

    def as_of_now(self) -> "ServiceAccount | None":
        """Return it as it stands now, with no more than the role it acts in; None when it ended."""
        found = ServiceAccount.objects.filter(pk=self.pk, ended_at=None).first()
        if found is not None:
            found.cap = self.cap
            found.role = min((Role(found.role), self.cap), key=lambda role: role.rank)
        return found

    def end(self) -> bool:
        """Return whether this call ended it."""
        return ServiceAccount.objects.filter(pk=self.pk, ended_at=None).moved(ended_at=clock.now())


class Invitation(TenantModel):
    """A place offered to a mail address by a person or a service account. Only the hash of its link is kept."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role)
    secret_hash = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    service = TenantForeignKey(ServiceAccount, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(default=clock.now)
    sendings = models.PositiveSmallIntegerField(default=1)
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

    @staticmethod
    def offered_by(member: Membership | ServiceAccount) -> dict[str, UUID | None]:
        """Return what says who offers it."""
        return {"invited_by_id": member.person_id, "service_id": None if member.person_id else member.pk}

    def is_of(self, member: Membership | ServiceAccount) -> bool:
        """Return whether this member offered it, or sent it last."""
        return all(getattr(self, name) == value for name, value in self.offered_by(member).items())

    def renew(
        self, *, by: Membership | ServiceAccount, secret_hash: bytes, at: datetime, after: datetime, most: int
    ) -> bool:
        """Return whether this call gave it a new link: it was not closed, sent before `after` and less than `most` times."""
        still_open = Invitation.objects.filter(pk=self.pk, accepted_at=None, revoked_at=None)
        return still_open.filter(sent_at__lte=after, sendings__lt=most).moved(
            **self.offered_by(by), secret_hash=secret_hash, sent_at=at, sendings=models.F("sendings") + 1,
            expires_at=at + INVITATION_VALID_FOR,
        )

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
