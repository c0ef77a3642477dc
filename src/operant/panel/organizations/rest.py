"""The organization, its members and invitations, over JSON."""

from collections.abc import Callable
from typing import Annotated, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from pydantic import AfterValidator, Field

from operant.platform import api
from operant.platform.refusals import NotFound

from . import actions, models, queries, rules
from .choices import currency_codes, locale_names, zone_names
from .models import Role

routes = api.Routes("Organization and people")
READ, WRITE = api.scopes(
    "organizations", order=10, read="see what the organization is called and set to, and what its roles may do",
    write="change what the organization is called and set to, its color and logo",
)
SEE, MANAGE = api.scopes(
    "people", order=20, read="see members and invitations, with names and mail addresses",
    write="invite people, change their roles and remove them",
)
SERVICE = "/service-accounts/{service:service_id}"
RoleName = Literal["owner", "admin", "editor", "viewer"]


def _one_of(known: Callable[[], frozenset[str]], noun: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known():
            raise ValueError(f"is no {noun} that Operant knows")
        return value

    return AfterValidator(check)


class Organization(api.Shape):
    """The organization that the token belongs to."""

    slug: str
    name: str
    time_zone: str
    locale: str
    currency: str
    postal_address: str
    color: str | None
    logo: str | None


class OrganizationChange(api.Change):
    """What is named is changed."""

    name: api.Text = None
    time_zone: Annotated[str, Field(max_length=60), _one_of(zone_names, "time zone")] = None
    locale: Annotated[str, Field(max_length=12), _one_of(locale_names, "locale")] = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$"), _one_of(currency_codes, "currency")] = None
    postal_address: Annotated[str, Field(max_length=500), api.Storable] = None
    color: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")] | None = None


class Permission(api.Shape):
    """
    Something that a role and everything above it may do.

    With `is_for_one` it can also be given to one member, or taken, for a single dashboard or screen.
    """

    name: str
    may: str
    role: RoleName
    is_for_one: bool


class Roles(api.Shape):
    """What each role may do."""

    permissions: list[Permission]


class Member(api.Shape):
    """A person who belongs to the organization, and as what."""

    id: api.Id("mem")
    name: str
    email: str
    role: RoleName
    joined_at: api.Instant


class RoleChange(api.Body):
    """The role a member has from now on."""

    role: RoleName


class Invitation(api.Shape):
    """A place offered to a mail address, and still open."""

    id: api.Id("ivt")
    email: str
    role: RoleName
    created_at: api.Instant
    expires_at: api.Instant


class InvitationBody(api.Body):
    """Whom to invite, and as what."""

    email: api.Email
    role: RoleName


class ServiceAccount(api.Shape):
    """A member that is no person: programs act in its name."""

    id: api.Id("svc")
    name: str
    role: Literal["admin", "editor", "viewer"]
    made_at: api.Instant


class ServiceAccountBody(api.Body):
    """What acts in it, and as what."""

    name: Annotated[str, Field(min_length=1, max_length=80), api.Storable]
    role: Literal["admin", "editor", "viewer"]


class ServiceRole(api.Body):
    """The role a service account has from now on."""

    role: Literal["admin", "editor", "viewer"]


@routes.get("/organization", needs=READ, rule=rules.see_organization, gives=Organization)
def get_organization(request: HttpRequest):
    """Look at the organization."""
    return _organization(queries.organization())


@routes.patch("/organization", needs=WRITE, rule=rules.change_settings, gives=Organization)
def change_organization(request: HttpRequest, body: OrganizationChange):
    """
    Change what the organization is called, where it is and how it writes numbers. Its address stays.

    With `color` null it looks as Operant does.
    """
    given = {name: getattr(body, name) or "" for name in body.model_fields_set}
    return _organization(actions.change_settings(organization=queries.organization(), **given))


@routes.post(
    "/organization/logo", needs=WRITE, rule=rules.change_settings, gives=Organization, status=200, takes_files=True
)
def put_logo(request: HttpRequest, file: api.Upload):
    """Show a picture as the organization's logo: PNG or JPEG, at most 500 kB and 1024 by 1024 pixels."""
    organization = actions.put_logo(organization=queries.organization(), upload=file, file_name=file.name)
    return _organization(organization)


@routes.delete("/organization/logo", needs=WRITE, rule=rules.change_settings, refuses=(410,))
def remove_logo(request: HttpRequest):
    """Show the organization without a logo."""
    actions.remove_logo(organization=queries.organization())


@routes.get("/roles", needs=READ, rule=rules.see_organization, gives=Roles)
def list_roles(request: HttpRequest):
    """Read what each role may do, as the pages and this API ask it."""
    return Roles(permissions=[_permission(each) for each in rules.table()])


@routes.get("/members", needs=SEE, rule=rules.see_people, gives=api.Page[Member])
def list_members(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the members, in the order in which they joined."""
    return paging.of(_members(), _member, by="joined_at")


@routes.get("/members/{member:member_id}", needs=SEE, rule=rules.see_people, gives=Member)
def get_member(request: HttpRequest, member_id: api.Id("mem")):
    """Look at one member."""
    return _member(_found(_members(), member_id, "member"))


@routes.patch("/members/{member:member_id}", needs=MANAGE, rule=rules.manage_people, gives=Member, refuses=(410,))
def change_role(request: HttpRequest, member_id: api.Id("mem"), body: RoleChange):
    """
    Give a member another role.

    Nobody gives or takes more than they have, and an organization keeps an owner.
    """
    member = _found(_members(), member_id, "member")
    return _member(actions.change_role(by=request.auth.member, member=member, role=Role(body.role)))


@routes.delete("/members/{member:member_id}", needs=MANAGE, rule=rules.manage_people, refuses=(410,))
def remove_member(request: HttpRequest, member_id: api.Id("mem")):
    """End a membership. What the person made stays; the tokens they made are over."""
    actions.remove(by=request.auth.member, member=_found(_members(), member_id, "member"))


@routes.get("/invitations", needs=SEE, rule=rules.manage_people, gives=api.Page[Invitation])
def list_invitations(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the open invitations, oldest first."""
    return paging.of(queries.open_invitations(), _invitation, by="created_at")


@routes.post("/invitations", needs=MANAGE, rule=rules.manage_people, gives=Invitation)
def invite(request: HttpRequest, body: InvitationBody):
    """Invite somebody. They get a mail with a link that works for a week."""
    return _invitation(actions.invite(by=request.auth.member, email=body.email, role=Role(body.role)))


@routes.post(
    "/invitations/{invitation:invitation_id}/sendings", needs=MANAGE, rule=rules.manage_people, gives=Invitation,
    refuses=(410,),
)  # fmt: skip
def send_invitation(request: HttpRequest, invitation_id: api.Id("ivt")):
    """Send an invitation again, with a new link that works for a week. The link before is dead."""
    invitation = _found(models.Invitation.objects.all(), invitation_id, "invitation")
    return _invitation(actions.resend(by=request.auth.member, invitation=invitation))


@routes.delete("/invitations/{invitation:invitation_id}", needs=MANAGE, rule=rules.manage_people, refuses=(410,))
def revoke_invitation(request: HttpRequest, invitation_id: api.Id("ivt")):
    """Take an open invitation back."""
    actions.revoke(invitation=_found(models.Invitation.objects.all(), invitation_id, "invitation"))


def _permission(each: rules.Permission) -> Permission:
    rule = each.rule
    return Permission(name=each.name, may=each.words, role=rule.role.value, is_for_one=bool(rule.about))


@routes.get("/service-accounts", needs=SEE, rule=rules.manage_services, gives=api.Page[ServiceAccount])
def list_service_accounts(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the members that are no persons, oldest first."""
    return paging.of(queries.service_accounts(), _service, by="made_at")


@routes.post("/service-accounts", needs=MANAGE, rule=rules.manage_services, gives=ServiceAccount)
def make_service_account(request: HttpRequest, body: ServiceAccountBody):
    """Make a member that is no person. Its tokens are made on the page of API tokens."""
    made = actions.make_service_account(by=request.auth.member, name=body.name, role=Role(body.role))
    return _service(made)


@routes.patch(SERVICE, needs=MANAGE, rule=rules.manage_services, gives=ServiceAccount, refuses=(410,))
def change_service_role(request: HttpRequest, service_id: api.Id("svc"), body: ServiceRole):
    """Give a service account another role. A token has no more than when it was made."""
    account = _found(models.ServiceAccount.objects.all(), service_id, "service account")
    return _service(actions.change_service_role(by=request.auth.member, account=account, role=Role(body.role)))


@routes.delete(SERVICE, needs=MANAGE, rule=rules.manage_services, refuses=(410,))
def end_service_account(request: HttpRequest, service_id: api.Id("svc")):
    """End a service account, and with it its tokens. What it made stays."""
    account = _found(models.ServiceAccount.objects.all(), service_id, "service account")
    actions.end_service_account(by=request.auth.member, account=account)


def _service(account: models.ServiceAccount) -> ServiceAccount:
    return ServiceAccount(id=account.pk, name=account.name, role=account.role, made_at=account.made_at)


def _members() -> QuerySet[models.Membership]:
    return models.Membership.objects.select_related("person")


def _found(rows: QuerySet, key, noun: str):
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotFound(f"There is no such {noun} here.")
    return row


def _organization(organization: models.Organization) -> Organization:
    return Organization(
        slug=organization.slug, name=organization.name, time_zone=organization.time_zone, locale=organization.locale,
        currency=organization.currency, postal_address=organization.postal_address, color=organization.color or None,
        logo=settings.PUBLIC_URL + organization.logo_path if organization.logo_id else None,
    )  # fmt: skip


def _member(member: models.Membership) -> Member:
    person = member.person
    return Member(id=member.pk, name=person.name, email=person.email, role=member.role, joined_at=member.joined_at)


def _invitation(invitation: models.Invitation) -> Invitation:
    return Invitation(
        id=invitation.pk, email=invitation.email, role=invitation.role, created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )
