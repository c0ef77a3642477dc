"""Who may do what: pure policy, one table. Rooms above write theirs with `at_least`."""

from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from operant.platform import tenancy
from operant.platform.refusals import NotAllowed

from .models import Membership, Role


class Member(Protocol):
    """Whoever acts: a membership, or anything else that has a role's rank."""

    @property
    def rank(self) -> int: ...


Rule = Callable[[Member], bool]


def at_least(role: Role) -> Rule:
    """Return the rule that a role and everything above it meets."""

    def rule(member: Member) -> bool:
        return member.rank >= role.rank

    rule.role = role  # type: ignore[attr-defined]
    return rule


see_organization = at_least(Role.VIEWER)
see_people = at_least(Role.VIEWER)
manage_people = at_least(Role.ADMIN)
change_settings = at_least(Role.ADMIN)
see_safety = at_least(Role.ADMIN)
change_safety = at_least(Role.OWNER)
vouch = at_least(Role.OWNER)


def give_role(member: Member, role: Role) -> bool:
    """Nobody gives, changes or takes more than they have."""
    return manage_people(member) and member.rank >= role.rank


def is_operator(memberships: Iterable[Membership]) -> bool:
    """Whether somebody runs this installation: a member of the operator's organization."""
    return any(each.organization_id == tenancy.OPERATOR for each in memberships)


def found_organization(memberships: Iterable[Membership]) -> bool:
    """Where sign-up is closed, organizations are made by whoever runs the installation."""
    return settings.SIGN_UP == "open" or is_operator(memberships)


def named(permission: str) -> Rule:
    """
    Return the rule of a permission as events name it: `relay.see_screens` is `see_screens` of relay's `rules.py`.

    :raises LookupError: when no room has such a rule.
    """
    room, _, name = permission.partition(".")
    rule = getattr(import_module(f"{apps.get_app_config(room).name}.rules"), name, None)
    if not hasattr(rule, "role"):
        raise LookupError(f"There is no rule {permission}.")
    return rule


def requires(rule: Rule) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only members who meet the rule into a view; others get 403 with a sentence."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not rule(request.membership):  # type: ignore[attr-defined]
                raise NotAllowed(
                    f"Your role here is {request.membership.role}; this needs {rule.role.value} or more. "  # type: ignore[attr-defined]
                    "An owner or admin can change your role under People."
                )
            return view(request, *args, **kwargs)

        guarded.needs = rule.role.value  # type: ignore[attr-defined]
        return guarded

    return decorate


def opens_own_scope(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that talks to something slow: it gets the organization and opens its scopes itself."""
    view.opens_own_scope = True  # type: ignore[attr-defined]
    return view
