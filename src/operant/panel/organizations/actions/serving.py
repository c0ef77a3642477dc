"""Service accounts: members that are no person, for programs that must not end with whoever set them up."""

from django.db import IntegrityError, transaction

from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal

from .. import events, naming, queries, rules
from ..models import SERVICE_ROLES, Role, ServiceAccount
from .belonging import standing, take_back_offers

MOST, LONGEST = 50, 80


def make_service_account(*, by: rules.Member, name: str, role: Role) -> ServiceAccount:
    """
    This function will make a member that is no person.

    :raises NotAllowed: when the role is above the acting member's own, or they may not make any.
    :raises Invalid: when it has no name, or would be an owner.
    :raises Refusal: when another has the name, or there are fifty.
    """
    by = standing(by)
    _ensure_may(by, role)
    name = naming.plain(name)
    if not 1 <= len(name) <= LONGEST:
        raise Invalid(f"A service account needs a name of at most {LONGEST} characters: what acts in it.")
    if queries.service_accounts().count() >= MOST:
        raise Refusal(f"There are {MOST} service accounts already. End those that nothing uses.")
    try:
        with transaction.atomic():
            made = ServiceAccount.objects.create(name=name, role=role, made_by=queries.person_of(by))
    except IntegrityError:
        raise Refusal(f"There is a service account called {name} already.") from None
    announce(events.ServiceAccountMade(name=name, role=role, made_by=by.name), about=made)
    return made


def change_service_role(*, by: rules.Member, account: ServiceAccount, role: Role) -> ServiceAccount:
    """
    This function will give a service account another role; the one it has is left as it is.

    A token has no more than when it was made.

    What it offered to others and may not any more ends.

    :raises NotAllowed: when either role is above the acting member's own.
    :raises Gone: when it ended.
    """
    by = standing(by)
    locked = ServiceAccount.objects.select_for_update().filter(pk=account.pk, ended_at=None).first()
    if locked is None:
        raise Gone("This service account has ended.")
    for each in (Role(locked.role), role):
        _ensure_may(by, each)
    if locked.role == role:
        return locked
    before, locked.role = locked.role, role
    locked.save(update_fields=["role"])
    announce(events.ServiceAccountRoleChanged(name=locked.name, before=before, role=role), about=locked)
    take_back_offers(locked)
    return locked


def end_service_account(*, by: rules.Member, account: ServiceAccount) -> None:
    """
    This function will end a service account: its tokens are refused from their next request on.

    What it offered to others ends with it.

    :raises NotAllowed: when its role is above the acting member's own.
    :raises Gone: when it ended before.
    """
    by = standing(by)
    _ensure_may(by, Role(account.role))
    if not account.end():
        raise Gone("This service account has ended already.")
    announce(events.ServiceAccountEnded(name=account.name, ended_by=by.name), about=account)
    take_back_offers(account, has_left=True)


def _ensure_may(by: rules.Member, role: Role) -> None:
    if role not in SERVICE_ROLES:
        raise Invalid("A service account is at most an admin: an organization is owned by people.")
    if not (rules.manage_services(by) and rules.give_role(by, role)):
        raise NotAllowed(f"You cannot make or change a service account that is {role}: it is more than you have.")
