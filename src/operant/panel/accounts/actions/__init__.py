from allauth.account.models import EmailAddress

from operant.platform import clock, tenancy
from operant.platform.events import announce

from .. import events, naming
from ..home import at_home
from ..models import Person, Session


@tenancy.reception()
def ensure_person(*, email: str, name: str) -> Person:
    """This function will return the person with this address, created without a password when there is none."""
    found = Person.objects.filter(email__iexact=email.strip()).first()
    if found:
        return found
    made = Person.objects.create_user(email, None, name=name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def change_profile(*, person: Person, name: str, time_zone: str, locale: str) -> Person:
    """
    This function will change what a person is called, their time zone and their way of writing. Opens its own scope.

    What is as it was is announced to nobody.

    :raises Invalid: when nobody can be called that.
    """
    given = {"name": naming.of_person(name), "time_zone": time_zone, "locale": locale}
    if all(getattr(person, field) == value for field, value in given.items()):
        return person
    for field, value in given.items():
        setattr(person, field, value)
    with at_home(person):
        person.save(update_fields=list(given))
        announce(events.ProfileChanged(name=person.name), about=person)
    return person


def set_first_password(*, person: Person, password: str) -> Person:
    """
    This function will give a password to a person who was created without one. Opens its own scope.

    The link that led here is used up.
    """
    person.set_password(password)
    with at_home(person):
        person.save(update_fields=["password"])
        announce(events.PasswordChanged(name=person.name), about=person)
    return person


@tenancy.reception()
def forget_sessions() -> None:
    """This function will delete the sessions that ran out: every visitor of a form leaves one."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
