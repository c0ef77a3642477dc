from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from operant.panel.accounts import reauthentication
from operant.platform.ui.tables import Column, Table

from .. import actions, queries, rules
from ..models import Invitation, Membership, Role
from .forms import InviteForm, RoleForm


@require_safe
@rules.requires(rules.see_people)
def people(request: HttpRequest) -> HttpResponse:
    return _people(request)


def _people(request: HttpRequest, form: InviteForm | None = None) -> HttpResponse:
    members = queries.members()
    may_manage = rules.manage_people(request.membership)
    leaving = [each for each in members if _may_change(request, each) or each.person_id == request.user.pk]
    context = {
        "may_manage": may_manage, "leaving": leaving, "invitations": queries.invitations() if may_manage else [],
        "form": form or InviteForm(most=Role(request.membership.role)), "may_hand_over": rules.hand_over(request.membership),
        "vouchings": queries.open_vouchings() if rules.vouch(request.membership) else [],
    }
    response = _table(request, members).respond("organizations/people.html", context)
    response.status_code = 422 if form else response.status_code
    return response


def _table(request: HttpRequest, members: list[Membership]) -> Table:
    return Table(
        members, request, name="people", label="Members", search=["person.name", "person.email"],
        columns=[
            Column("person.name", "Name", sort=True),
            Column("person.email", "Email", sort=True),
            Column("role", "Role", sort=True, value=lambda each: Role(each.role).label, cell=partial(_role, request)),
            Column("joined_at", "Joined", sort=True),
            Column("leave", "", align="end", value=lambda each: "", cell=partial(_leave, request), csv=False),
        ],
    )


@require_POST
@rules.requires(rules.manage_people)
def invitations(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST, most=Role(request.membership.role))
    if not form.is_valid():
        return _people(request, form)
    given = form.cleaned_data
    if question := _question(request, given["role"]):
        return question
    invitation = actions.invite(by=_me(request), email=given["email"], role=given["role"])
    messages.success(request, f"{invitation.email} gets a mail with a link that works for a week.")
    return redirect("people", request.organization.slug)


@require_POST
@rules.requires(rules.manage_people)
def revocation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    actions.revoke(invitation=invitation)
    messages.success(request, f"The invitation of {invitation.email} is taken back.")
    return redirect("people", request.organization.slug)


@require_POST
@rules.requires(rules.manage_people)
def sending(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    invitation = actions.resend(by=_me(request), invitation=get_object_or_404(Invitation, pk=invitation_id))
    messages.success(request, f"{invitation.email} gets a new link, which works for a week. The one before is dead.")
    return redirect("people", request.organization.slug)


@require_POST
@rules.requires(rules.manage_people)
def role(request: HttpRequest, member_id: UUID) -> HttpResponse:
    member, form = _member(member_id), RoleForm(request.POST)
    if form.is_valid():
        if question := _question(request, form.cleaned_data["role"], Role(member.role)):
            return question
        before = member.role
        member = actions.change_role(by=_me(request), member=member, role=form.cleaned_data["role"])
        messages.success(request, said_of_role(member.person.name, before, member.role))
    return redirect("people", request.organization.slug)


@require_POST
@rules.requires(rules.see_people)
@reauthentication.recently
def removal(request: HttpRequest, member_id: UUID) -> HttpResponse:
    member = _member(member_id)
    actions.remove(by=_me(request), member=member)
    if member.person_id == request.user.pk:
        messages.success(request, f"You left {request.organization.name}.")
        return redirect("start")
    messages.success(request, f"{member.person.name} is no longer a member.")
    return redirect("people", request.organization.slug)


def said_of_role(name: str, before: str, role: str) -> str:
    """Return the sentence after somebody's role was chosen."""
    label = Role(role).label.lower()
    return f"{name} is {label} already." if before == role else f"{name} is now {label}."


def _question(request: HttpRequest, *roles: Role) -> HttpResponse | None:
    return reauthentication.asked(request) if any(map(rules.is_powerful, roles)) else None


def _may_change(request: HttpRequest, member: Membership) -> bool:
    return rules.give_role(request.membership, Role(member.role))


def _role(request: HttpRequest, member: Membership) -> str:
    if not _may_change(request, member):
        return Role(member.role).label
    roles = [role for role in Role if rules.give_role(request.membership, role)]
    return render_to_string("organizations/_role.html", {"member": member, "roles": roles}, request)


def _leave(request: HttpRequest, member: Membership) -> str:
    is_me = member.person_id == request.user.pk
    if not (is_me or _may_change(request, member)):
        return ""
    return render_to_string("organizations/_leave.html", {"member": member, "is_me": is_me}, request)


def _me(request: HttpRequest) -> Membership:
    return request.membership


def _member(member_id: UUID) -> Membership:
    return get_object_or_404(Membership.objects.select_related("person"), pk=member_id)
