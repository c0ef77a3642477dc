"""Two connections that change who belongs, in the same moment."""

import threading

import pytest
from django.db import connection

from operant.panel.organizations import actions, queries
from operant.panel.organizations.actions import serving
from operant.panel.organizations.models import Membership, Role
from operant.platform.refusals import Refusal
from operant.testing import ingest

ROUNDS = 6


@pytest.fixture
def committed(django_db_setup, django_db_blocker, settings):
    """The cast, really committed: other connections see it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), ingest.committed() as made:
        yield made


def member(person):
    return Membership.objects.select_related("person").get(person=person)


def at_once(cast, *changes):
    """Do each change on a connection of its own; all have read who they are before the first one writes."""
    start, ends = threading.Barrier(len(changes)), []

    def change(person, verb):
        try:
            with cast.at_harbour(person):
                read = {each.person: each for each in queries.members()}
                start.wait()
                verb(read[person], read)
                ends.append("done")
        except Refusal as refusal:
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=each) for each in changes]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(ends)


def roles(cast):
    with cast.at_harbour():
        return {each.person.name: each.role for each in queries.members()}


def put(cast, **wanted):
    with cast.at_harbour():
        for name, role in wanted.items():
            Membership.objects.filter(person=getattr(cast, name)).update(role=role)


def demote(person):
    return lambda me, read: actions.change_role(by=me, member=read[person], role=Role.VIEWER)


def remove(person):
    return lambda me, read: actions.remove(by=me, member=read[person])


def hand_over(person):
    return lambda me, read: actions.hand_over(by=me, member=read[person])


def test_two_owners_who_demote_each_other_leave_one(committed):
    for _ in range(ROUNDS):
        put(committed, ada=Role.OWNER, ann=Role.OWNER)
        ends = at_once(committed, (committed.ada, demote(committed.ann)), (committed.ann, demote(committed.ada)))
        assert ends == ["NotAllowed", "done"]
        assert sorted((roles(committed)["Ada"], roles(committed)["Ann"])) == ["owner", "viewer"]


def test_among_three_owners_too_whoever_was_demoted_demotes_nobody(committed):
    for _ in range(ROUNDS):
        put(committed, ada=Role.OWNER, ann=Role.OWNER, ben=Role.OWNER)
        ends = at_once(committed, (committed.ada, demote(committed.ann)), (committed.ann, demote(committed.ada)))
        assert ends == ["NotAllowed", "done"]


def test_two_owners_who_leave_at_once_leave_one(committed):
    put(committed, ada=Role.OWNER, ann=Role.OWNER)
    ends = at_once(committed, (committed.ada, remove(committed.ada)), (committed.ann, remove(committed.ann)))
    assert ends == ["Refusal", "done"]
    assert list(roles(committed).values()).count("owner") == 1


def test_of_two_at_once_one_hands_over(committed):
    for _ in range(ROUNDS):
        put(committed, ada=Role.OWNER, ann=Role.ADMIN, ben=Role.EDITOR, cleo=Role.VIEWER)
        ends = at_once(committed, (committed.ada, hand_over(committed.ben)), (committed.ada, hand_over(committed.cleo)))
        assert ends == ["NotAllowed", "done"]
        assert list(roles(committed).values()).count("owner") == 1


def test_of_two_service_accounts_at_once_the_one_too_many_is_refused(committed, monkeypatch):
    monkeypatch.setattr(serving, "MOST", 1)
    ends = at_once(committed, (committed.ada, serve("Reports")), (committed.ann, serve("Backups")))
    assert ends == ["Refusal", "done"]
    with committed.at_harbour():
        assert queries.service_accounts().count() == 1


def serve(name):
    return lambda me, read: actions.make_service_account(by=me, name=name, role=Role.VIEWER)
