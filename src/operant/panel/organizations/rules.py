"""Who may do what: pure policy, one table. Rooms above write theirs with `at_least`."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from operant.platform import tenancy
from operant.platform.refusals import NotAllowed
from operant.platform.tenancy import context

from .models import Membership, Role


class Member(Protocol):
    """Whoever acts: a membership, or anything else that has a role's rank and perhaps rights on single things."""

    pk: UUID
    organization_id: UUID
    name: str
    role: str
    cap: Role

    @property
    def rank(self) -> int: ...

    @property
    def rights(self) -> Mapping[UUID, Role]: ...

    def as_of_now(self) -> "Member | None": ...


@dataclass(frozen=True)
class Rule:
    """
    That a role and everything above it may do something: `words` go on after "may".

    `about` names the part of an address that says to which thing (`dashboard_id`), where a right on that one thing
    stands in place of the role.
    """

    role: Role
    words: str
    about: str = ""

    def __call__(self, member: Member) -> bool:
        return member.rank >= self.role.rank

    def allows(self, member: Member, parts: Mapping[str, Any]) -> bool:
        """Return whether a member may, at an address with these parts."""
        return may(member, self, about=parts.get(self.about))


@dataclass(frozen=True)
class Permission:
    """A line of the table of roles: a room's rule under the name that events and pages know it by."""

    name: str
    heading: str
    rule: Rule

    @property
    def words(self) -> str:
        return self.rule.words or self.name.partition(".")[2].replace("_", " ")


def at_least(role: Role, words: str = "", *, about: str = "") -> Rule:
    """Return the rule that a role and everything above it meets, with what it lets people do: "see screens"."""
    return Rule(role, words, about)


def may(member: Member, rule: Rule, *, about: UUID | None = None) -> bool:
    """
    Return whether a member may do something, to this one thing if told.

    A right that was given there stands in place of the role, upward and downward. Owners and admins have none: they
    give and take them.
    """
    if about is None or not rule.about or member.rank >= Role.ADMIN.rank:
        return rule(member)
    with nullcontext() if context.is_open() else tenancy.organization_scope(member.organization_id):
        right = member.rights.get(about)
    if right is None:
        return rule(member)
    return min(right.rank, member.cap.rank) >= rule.role.rank


HEADING = "Organization and people"
see_organization = at_least(Role.VIEWER, "see what the organization is called and how it writes numbers and dates")
see_people = at_least(Role.VIEWER, "see who is a member and as what")
manage_people = at_least(Role.ADMIN, "invite people, change roles up to their own, and remove members")
give_rights = at_least(Role.ADMIN, "decide who may edit a single dashboard or screen")
manage_services = at_least(Role.ADMIN, "make and end service accounts, and change their roles")
change_settings = at_least(Role.ADMIN, "change the organization's settings")
see_safety = at_least(Role.ADMIN, "see whether a second factor is required, and who lacks one")
change_safety = at_least(Role.OWNER, "require a second factor of everybody")
hand_over = at_least(Role.OWNER, "hand the organization over to another member")
vouch = at_least(Role.OWNER, "confirm that it is really a member who lost their second factor")


def give_role(member: Member, role: Role) -> bool:
    """Nobody gives, changes or takes more than they have."""
    return manage_people(member) and member.rank >= role.rank


def is_powerful(role: Role) -> bool:
    """Whether a role decides who else may come in: whoever gives or takes it is asked whether it is still them."""
    return role.rank >= Role.ADMIN.rank


def is_operator(memberships: Iterable[Membership], role: Role = Role.ADMIN) -> bool:
    """Whether somebody runs this installation: an admin of the operator's organization, or more than that if told."""
    return any(each.organization_id == tenancy.OPERATOR and each.rank >= role.rank for each in memberships)


def found_organization(memberships: Iterable[Membership]) -> bool:
    """Where sign-up is closed, organizations are made by whoever runs the installation."""
    return settings.SIGN_UP == "open" or is_operator(memberships)


def table() -> list[Permission]:
    """Return what each role may do in every room: the pages, the API, the reference and the tests read this."""
    found = []
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if config.name.startswith("operant.") and find_spec(f"{config.name}.rules"):
            module = import_module(f"{config.name}.rules")
            heading = getattr(module, "HEADING", config.label.capitalize())
            found += [
                Permission(f"{config.label}.{name}", heading, rule)
                for name, rule in vars(module).items()
                if isinstance(rule, Rule)
            ]
    return found


def named(permission: str) -> Rule:
    """
    Return the rule of a permission as events name it: `relay.see_screens` is `see_screens` of relay's `rules.py`.

    :raises LookupError: when no room has such a rule.
    """
    room, _, name = permission.partition(".")
    rule = getattr(import_module(f"{apps.get_app_config(room).name}.rules"), name, None)
    if not isinstance(rule, Rule):
        raise LookupError(f"There is no rule {permission}.")
    return rule


def requires(rule: Rule) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only members who meet the rule into a view; others get 403 with a sentence."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if rule.about and args:
                raise TypeError(f"Call it with {rule.about}= by its name: a right on that one thing is looked up by it.")
            if not rule.allows(request.membership, kwargs):  # type: ignore[attr-defined]
                raise NotAllowed(_sentence(request.membership, rule))  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.needs = rule.role.value  # type: ignore[attr-defined]
        return guarded

    return decorate


def _sentence(member: Membership, rule: Rule) -> str:
    if rule(member):
        return "You may only look at this one. An owner or admin can change that under Access."
    return (
        f"Your role here is {member.role}; this needs {rule.role.value} or more. An owner or admin can change your role "
        "under People."
    )


def opens_own_scope(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that talks to something slow: it gets the organization and opens its scopes itself."""
    view.opens_own_scope = True  # type: ignore[attr-defined]
    return view
