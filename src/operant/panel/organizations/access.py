"""The page on which owners and admins say who may do what with one thing of a room above: its doorstep hands it in."""

from typing import Literal
from uuid import UUID

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from operant.platform import api
from operant.platform.refusals import Invalid, NotFound
from operant.platform.ui import toasts

from . import actions, queries
from .models import Membership, Role
from .rules import Member

CHOICES = [("", "As their role says"), (Role.EDITOR.value, "May edit"), (Role.VIEWER.value, "May only look")]


class Access(api.Shape):
    """What a member may do with one thing: as their role says, or as the right says that stands in its place."""

    member: api.Id("mem")
    name: str
    role: Literal["owner", "admin", "editor", "viewer"]
    right: Literal["editor", "viewer"] | None


class AccessChange(api.Body):
    """The right a member has on one thing from now on; with null, their role counts again."""

    right: Literal["editor", "viewer"] | None


class RightForm(forms.Form):
    member = forms.UUIDField()
    role = forms.ChoiceField(choices=CHOICES, required=False)


def respond(request: HttpRequest, thing: models.Model, *, name: str, back: str) -> HttpResponse:
    """
    Return the page about one thing, or change a right on it and come back to the page.

    :raises Invalid: when what was sent is no right. :raises NotFound: when there is no such member.
    """
    if request.method == "POST":
        return _changed(request, thing, name)
    rights = queries.rights_on(thing.pk)
    members = [(each, _choices(rights.get(each.pk)), each.rank < Role.ADMIN.rank) for each in queries.members()]
    return render(request, "organizations/access.html", {"members": members, "name": name, "back": back})


def listed(paging: api.Paging, thing: models.Model) -> api.Page[Access]:
    """Return a page of what each member may do with a thing."""
    rights = queries.rights_on(thing.pk)
    members = Membership.objects.select_related("person")
    return paging.of(members, lambda each: _shape(each, rights.get(each.pk)), by="joined_at")


def change(*, by: Member, member_id: UUID, thing: models.Model, name: str, right: str | None) -> Access:
    """
    Change what a member may do with one thing, called `name`.

    :raises NotFound: when there is no such member.
    """
    member, role = of(member_id), Role(right) if right else None
    actions.give_right(by=by, member=member, about=thing, name=name, role=role)
    return _shape(member, role)


def _shape(member: Membership, right: Role | None) -> Access:
    return Access(member=member.pk, name=member.name, role=member.role, right=right)


def _choices(right: Role | None) -> list[tuple[str, str, bool]]:
    return [(value, label, value == (right.value if right else "")) for value, label in CHOICES]


def _changed(request: HttpRequest, thing: models.Model, name: str) -> HttpResponse:
    form = RightForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a member and what they may do. Nothing was changed.")
    member = of(form.cleaned_data["member"])
    role = Role(form.cleaned_data["role"]) if form.cleaned_data["role"] else None
    actions.give_right(by=request.membership, member=member, about=thing, name=name, role=role)
    toasts.done(request, f"{member.name}: {dict(CHOICES)[role or ''].lower()}.")
    return redirect(request.path)


def of(member_id: UUID) -> Membership:
    """
    Return a member of the organization in scope.

    :raises NotFound: when there is none of that id.
    """
    found = Membership.objects.select_related("person").filter(pk=member_id).first()
    if found is None:
        raise NotFound("There is no such member here.")
    return found
