"""Accounts elsewhere that a person signs in with."""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from operant.platform.events import announce
from operant.platform.refusals import Gone, Refusal

from .. import events, notices, queries
from ..home import at_home
from ..models import Person


def connect(*, person: Person, provider: str, name: str, uid: str, email: str) -> SocialAccount:
    """
    This function will let a person sign in with the account `uid` that they have at a provider. Opens its own scope.

    :raises Refusal: when somebody signs in with that account already.
    """
    with at_home(person):
        try:
            with transaction.atomic():
                made = SocialAccount.objects.create(user=person, provider=provider, uid=uid, extra_data={"email": email})
        except IntegrityError:
            raise Refusal(f"Somebody signs in with that account at {name} already.") from None
        announce(events.IdentityConnected(name=person.name, provider=name), about=person)
        notices.tell(person, "identity_connected", provider=name)
    return made


def begin_with(*, person: Person, name: str, save) -> None:  # type: ignore[no-untyped-def]
    """
    This function will write down somebody new who came from a provider: `save` makes them and their identity.

    Opens its own scope.
    """
    with at_home(person):
        save()
        announce(events.IdentityConnected(name=person.name, provider=name), about=person)


def disconnect(*, person: Person, key: int, name: str) -> None:
    """
    This function will end that a person signs in with an account elsewhere. Opens its own scope.

    :raises Gone: when it has been ended already.
    :raises Refusal: when it is their only way in.
    """
    with at_home(person):
        # Of two at once the second sees what the first has left.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        identity = queries.identities(person).filter(pk=key).first()
        if identity is None:
            raise Gone("That account is disconnected already.")
        if not queries.can_enter_without(person, identity):
            raise Refusal("It is your only way in. Set a password first, then disconnect it.")
        identity.delete()
        announce(events.IdentityDisconnected(name=person.name, provider=name), about=person)
        notices.tell(person, "identity_disconnected", provider=name)
