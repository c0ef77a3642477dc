from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from operant.panel.accounts import actions as accounts
from operant.panel.accounts.models import Person
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Organization, Role
from operant.platform import clock, tenancy
from operant.stage import actions as stage
from operant.stage import saved
from operant.stage.models import Dashboard, Source

from . import boards, harbour, logos, meadow, screens
from .writing import as_csv

SPACE = UUID("0b6d7a52-7c0e-4a57-9a0e-3d0c1d7b2f11")
HARBOUR, MEADOW = uuid5(SPACE, "harbour"), uuid5(SPACE, "meadow")


LOOKS = {
    "Harbour": ({"color": "#0f4c81", "postal_address": "Harbour Parcels\nKehrwieder 12\n20457 Hamburg\nGermany"}, logos.harbour),
    "Meadow": ({"color": "#2f7d32", "postal_address": "Meadow Gardens\nWiesenweg 3\n14471 Potsdam\nGermany"}, logos.meadow),
}


def build(password: str) -> None:
    """Build Harbour and Meadow a year ago, and let their year pass. An organization that stands is left alone."""
    people = {name: _person(name, email, password) for name, email in PEOPLE.items()}
    now = clock.now()
    _build_harbour(people, now)
    _build_meadow(people, now)


PEOPLE = {
    "Ada Brandt": "ada@harbour.example",
    "Ben Okafor": "ben@harbour.example",
    "Cleo Marin": "cleo@harbour.example",
    "Mallory Reed": "mallory@meadow.example",
}


def _person(name: str, email: str, password: str) -> Person:
    person = accounts.ensure_person(email=email, name=name)
    return accounts.set_first_password(person=person, password=password)


def _build_harbour(people: dict[str, Person], now: datetime) -> None:
    ada, ben, cleo = people["Ada Brandt"], people["Ben Okafor"], people["Cleo Marin"]
    yesterday = (now - timedelta(days=1)).date()
    harbour_ = _found("Harbour", ada, HARBOUR, now - timedelta(days=360))
    if harbour_ is None:
        return
    with clock.frozen(now - timedelta(days=350)), _at(harbour_, ada):
        organizations.enroll(person=ben, role=Role.EDITOR)
        organizations.enroll(person=cleo, role=Role.VIEWER)
    with clock.frozen(now - timedelta(days=340)):
        lines = as_csv(harbour.DELIVERY_HEAD, harbour.deliveries(yesterday))
        deliveries = _source(harbour_, ben, "deliveries.csv", lines)
        claims = _source(harbour_, ben, "claims.csv", as_csv(harbour.CLAIM_HEAD, harbour.claims(yesterday)))
        document = boards.pulse(deliveries.public_id, claims.public_id)
        with _at(harbour_, ben):
            _save_query(document, "months", "Without returned parcels. A depot that opened later begins with its first month.", ben)
    board = _published(harbour_, ben, "Company pulse", document, now)
    with clock.frozen(now - timedelta(days=20)), _at(harbour_, ben):
        stage.create_alert(dashboard=board, terms=boards.CLAIMS_PILE_UP, by=ben)
    with _at(harbour_, ada):
        paired = screens.pair_all(board, ada, now)
    with clock.frozen(now - timedelta(days=40)), _at(harbour_, ben):
        welcome = stage.create(name="Welcome", document=boards.welcome(), by=ben)
        stage.publish(dashboard=welcome, revision=welcome.revision, note="For the lobby", by=ben)
    with _at(harbour_, ben):
        screens.settle_in(paired, ben, now)
        screens.take_turns([board, welcome], ben, now, on=paired[0])
    with tenancy.organization_scope(harbour_.pk):
        screens.fall_silent(paired, now)


def _save_query(document: dict[str, Any], query_id: str, description: str, by: Person) -> None:
    """Make one of a document's queries a saved one, which the document uses from then on."""
    at, query = next((at, each) for at, each in enumerate(document["queries"]) if each["id"] == query_id)
    made = stage.save_query(query=query, description=description, by=by)
    document["queries"][at] = saved.as_use(made, query)


def _build_meadow(people: dict[str, Person], now: datetime) -> None:
    mallory = people["Mallory Reed"]
    meadow_ = _found("Meadow", mallory, MEADOW, now - timedelta(days=300))
    if meadow_ is None:
        return
    with clock.frozen(now - timedelta(days=290)):
        lines = as_csv(meadow.HEAD, meadow.visits((now - timedelta(days=1)).date()))
        visits = _source(meadow_, mallory, "visits.csv", lines)
    _published(meadow_, mallory, "Garden rounds", boards.rounds(visits.public_id), now)


def _found(name: str, owner: Person, key: UUID, at: datetime) -> Organization | None:
    with tenancy.organization_scope(key, owner.pk):
        if Organization.objects.filter(pk=key).exists():
            return None
    with clock.frozen(at):
        organization = organizations.found(name=name, owner=owner, organization_id=key)
    with _at(organization, owner):
        settings, logo = LOOKS[name]
        organizations.change_settings(organization=organization, time_zone="Europe/Berlin", locale="en-GB", **settings)
        organizations.put_logo(organization=organization, upload=ContentFile(logo()), file_name=f"{name.lower()}.png")
    return organization


def _source(organization: Organization, by: Person, file_name: str, content: bytes) -> Source:
    with _at(organization, by):
        file = SimpleUploadedFile(file_name, content, content_type="text/csv")
        return stage.upload(upload=file, file_name=file_name, by=by)


def _published(organization: Organization, by: Person, name: str, document: dict[str, Any], now: datetime) -> Dashboard:
    """Publish a dashboard three times over its year, each time with a little more on it."""
    everything = document["widgets"]
    with clock.frozen(now - timedelta(days=330, hours=1)), _at(organization, by):
        board = stage.create(name=name, document={**document, "widgets": everything[:-2]}, by=by)
    with clock.frozen(now - timedelta(days=330)), _at(organization, by):
        stage.publish(dashboard=board, revision=board.revision, note="First version", by=by)
    for days, count, note in ((200, -1, "More on the right"), (24, None, "Latest rows below")):
        with clock.frozen(now - timedelta(days=days)), _at(organization, by):
            widgets = everything[:count] if count else everything
            board = stage.save_draft(dashboard=board, revision=board.revision, document={**document, "widgets": widgets})
            stage.publish(dashboard=board, revision=board.revision, note=note, by=by)
    return board


def _at(organization: Organization, person: Person) -> Any:
    return tenancy.organization_scope(organization.pk, person.pk)
