"""Who acts is found out at the doorstep: a person, a token, a screen, a job, a command."""

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Role
from operant.platform import clock, queue, tenancy, trail
from operant.platform.events.models import Announcement
from operant.relay.models import Screen
from operant.testing import api, relay
from operant.testing.queue import run_jobs


def last(name: str = "") -> Announcement:
    found = Announcement.objects.order_by("-at", "-pk").prefetch_related("personal")
    return (found.filter(name=name) if name else found)[0]


def who(row: Announcement) -> tuple:
    return row.actor_kind, row.actor_id, row.actor_label, row.person_id


def test_a_page_is_a_persons(cast, signed_in):
    signed_in(cast.ada).post(
        "/o/harbour/people/invitations", {"email": "dora@harbour.example", "role": "viewer"}, REMOTE_ADDR="203.0.113.9"
    )
    with cast.at_harbour():
        row = last("organizations.member.invited")
        assert who(row) == ("person", cast.ada.pk, "", cast.ada.pk)
        assert row.known() == {"actor.name": "Ada", "actor.ip": "203.0.113.9", "email": "dora@harbour.example"}


def test_a_program_is_the_token_for_its_maker(cast):
    token, text = api.made(cast.at_harbour, cast.ann, name="Nightly upload")
    assert api.Program(text).post("invitations", {"email": "dora@harbour.example", "role": "viewer"}).status_code == 201
    with cast.at_harbour():
        row = last("organizations.member.invited")
        assert who(row) == ("token", token.pk, "Nightly upload", cast.ann.pk)
        assert row.known() == {"actor.ip": "127.0.0.1", "email": "dora@harbour.example"}


@pytest.fixture
def job_that_enrolls(cast):
    from procrastinate.contrib.django import app

    @queue.job("test.enroll")
    def enroll(*, organization_id: str) -> None:
        with tenancy.organization_scope(organization_id):
            organizations.enroll(person=cast.mallory, role=Role.VIEWER)

    yield "test.enroll"
    app.tasks.pop("test.enroll")


def test_a_job_is_a_job_and_keeps_the_request_it_follows(cast, job_that_enrolls):
    run_jobs()
    with trail.begin(request_id="abcd1234"), cast.at_harbour(cast.ada):
        queue.defer(job_that_enrolls, organization_id=cast.harbour.pk)
    run_jobs()
    with cast.at_harbour():
        row = last("organizations.member.joined")
        assert who(row) == ("job", None, "test.enroll", None)
        assert (row.request_id, row.known()) == ("abcd1234", {"name": "Mallory"})


def test_a_command_is_the_operators(cast):
    with trail.begin(command="operant operator add"):
        organizations.add_operator(email="op@house.example", name="Opal")
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert who(last("organizations.member.joined")) == ("operator", None, "operant operator add", None)


def test_a_screen_that_comes_back_says_so_itself(cast):
    tv = relay.Tv()
    screen = relay.paired(tv, cast.at_harbour, cast.ann, name="Lobby")
    assert tv.beat().status_code == 200
    with cast.at_harbour():
        Screen.objects.filter(pk=screen.pk).update(state="offline", went_offline_at=clock.now(), due_at=None)
    assert tv.beat().status_code == 200
    with cast.at_harbour():
        assert who(last("relay.screen.came_back")) == ("screen", screen.pk, "Lobby", None)


def test_what_nobody_signed_in_for_is_a_visitors(cast):
    with cast.at_harbour():
        organizations.enroll(person=cast.mallory, role=Role.VIEWER)
        assert who(last("organizations.member.joined")) == ("visitor", None, "", None)


