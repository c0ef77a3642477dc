from allauth.account.models import EmailAddress

from operant.platform import clock

from .models import Person, Session


def ensure_person(*, email: str, name: str) -> Person:
    """This function will return the person with this address, created without a password when there is none."""
    found = Person.objects.filter(email__iexact=email.strip()).first()
    if found:
        return found
    made = Person.objects.create_user(email, None, name=name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def change_profile(*, person: Person, name: str, time_zone: str) -> Person:
    """This function will change what a person is called and the zone in which they read times."""
    person.name, person.time_zone = name.strip(), time_zone
    person.save(update_fields=["name", "time_zone"])
    return person


def set_first_password(*, person: Person, password: str) -> Person:
    """This function will give a password to a person who was created without one; the link that led here is used up."""
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def forget_sessions() -> None:
    """This function will delete the sessions that ran out: every visitor of a form leaves one."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
