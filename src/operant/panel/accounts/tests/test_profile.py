from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from operant.panel.accounts import actions, events
from operant.panel.accounts.models import Person
from operant.panel.organizations.models import Membership
from operant.platform.refusals import Invalid
from operant.platform.ui import toasts
from operant.testing.asgi import ask

BERLIN = {"name": "Ben Bär", "time_zone": "Europe/Berlin", "locale": "en-DE"}
TURNING = "\u202eneb"


def kept(person) -> dict[str, str]:
    return Person.objects.values("name", "time_zone", "locale").get(pk=person.pk)


def test_a_person_says_how_they_are_called_and_how_they_read(cast, signed_in, announced):
    assert signed_in(cast.ben).post("/me/", BERLIN)["Location"] == "/me/"
    assert kept(cast.ben) == BERLIN
    assert announced == [events.ProfileChanged(name="Ben Bär")]


def test_a_save_that_changes_nothing_leaves_no_trace(cast, signed_in, announced):
    ben = signed_in(cast.ben)
    before = kept(cast.ben)
    for given in (BERLIN, BERLIN):
        ben.post("/me/", given)
    assert str(list(ben.get("/me/").context["messages"])[-1]) == "Your profile is as it was: nothing was changed."
    assert announced == [events.ProfileChanged(name="Ben Bär")]
    # What can be taken back is the change, not the save after it.
    ben.post("/me/return")
    assert kept(cast.ben) == before


def test_a_save_can_be_taken_back_once(cast, signed_in):
    ben = signed_in(cast.ben)
    before = kept(cast.ben)
    ben.post("/me/", BERLIN)
    (message,) = ben.get("/me/").context["messages"]
    assert toasts.undo_of(message) == "/me/return"
    assert ben.post("/me/return")["Location"] == "/me/"
    assert kept(cast.ben) == before
    assert ben.post("/me/return").status_code == 410


def test_nothing_is_taken_back_by_looking(cast, signed_in):
    ben = signed_in(cast.ben)
    ben.post("/me/", BERLIN)
    assert ben.get("/me/return").status_code == 405
    assert kept(cast.ben) == BERLIN


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("  Ben  ", "Ben"),
        ("عمر الفاروق", "عمر الفاروق"),
        ("דנה", "דנה"),
        ("👩‍🚀 Zoë", "👩‍🚀 Zoë"),
        ("Ben\r\nBcc: everybody@harbour.example", "Ben Bcc: everybody@harbour.example"),
        ("B\x07e\x1bn", "B e n"),
        (TURNING, "neb"),
        ("x" * 120, "x" * 120),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_anything_people_write_is_a_name_on_one_line(cast, signed_in, given, called):
    assert signed_in(cast.ben).post("/me/", BERLIN | {"name": given}).status_code == 302
    assert kept(cast.ben)["name"] == called


@pytest.mark.parametrize(
    "given",
    ["", "   ", "\u202e\u200f", "\u200b\u2060", "\u3164", "x" * 121, "x" * 10_000, "Ben\x00", "Win at https://spam.example"],
)
def test_what_is_no_name_is_refused_at_its_field(cast, signed_in, given):
    answer = signed_in(cast.ben).post("/me/", BERLIN | {"name": given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert kept(cast.ben)["name"] == "Ben"


@pytest.mark.parametrize("field", ["time_zone", "locale"])
@pytest.mark.parametrize("given", ["de-DE", "../../etc/passwd", "x" * 10_000, "Europe/Berlin\n"])
def test_zones_and_ways_of_writing_are_closed_lists(cast, signed_in, field, given):
    answer = signed_in(cast.ben).post("/me/", BERLIN | {field: given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_name_that_an_action_is_given_is_held_to_the_same(cast):
    with pytest.raises(Invalid):
        actions.change_profile(person=cast.ben, name="\n", time_zone="", locale="en")


def test_pages_are_written_as_the_person_chose(cast, signed_in):
    ben = signed_in(cast.ben)
    ben.post("/me/", BERLIN)
    text = ben.get("/me/").content.decode()
    assert '<html lang="en" data-dates="en-GB" data-zone="Europe/Berlin">' in text
    with cast.at_harbour():
        joined = Membership.objects.filter(person=cast.ben).get().joined_at.astimezone(ZoneInfo("Europe/Berlin"))
    people = ben.get("/o/harbour/people/").content.decode()
    assert f'title="{joined.day} {joined:%b %Y, %H:%M %Z}"' in people
    assert '<html lang="en">' in Client().get("/accounts/login/").content.decode()


def test_pages_are_written_so_on_the_event_loop_too(cast, signed_in):
    ben = signed_in(cast.ben)
    ben.post("/me/", BERLIN)
    answer = ask("GET", "/me/", cookie=f"ot-session={ben.cookies['ot-session'].value}")
    assert (answer.status, b'data-zone="Europe/Berlin"' in answer.body) == (200, True)


def test_a_mail_carries_no_header_that_a_name_brought(cast, signed_in):
    from operant.platform.messaging import outbox
    from operant.testing.queue import run_jobs

    signed_in(cast.ada).post("/me/", BERLIN | {"name": "Ada\r\nBcc: everybody@spam.example\r\n\r\nHello"})
    signed_in(cast.ada).post("/o/harbour/people/invitations", {"email": "new@harbour.example", "role": "viewer"})
    run_jobs()
    mail = outbox.latest()[0]
    assert (mail.to, "\n" in mail.subject) == ("new@harbour.example", False)
    assert "Ada Bcc: everybody@spam.example Hello invites you" in mail.subject + mail.text
