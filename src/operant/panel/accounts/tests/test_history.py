"""What happened with an account is shown to its person, and to nobody else."""


from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.accounts import actions, events, history
from operant.panel.accounts.actions import recovery
from operant.panel.accounts.models import Person
from operant.platform import tenancy
from operant.platform.events import announce
from operant.platform.events.actors import coming_from
from operant.testing.cast import PASSWORD
from operant.testing.factors import with_app

LOG = "/me/log"


def told(person) -> list[str]:
    return [each.sentence for each in history.of(person).entries]


def test_it_is_told_newest_first_to_its_person_alone(cast, signed_in):
    assert "Nothing has happened with your account" in signed_in(cast.ben).get(LOG).content.decode()
    for name in ("Benedict", "Mr. Ben"):
        actions.change_profile(person=cast.ben, name=name, time_zone="UTC", locale="en")
    with_app(cast.ben)
    recovery.ask(person=cast.ben)
    actions.change_profile(person=cast.mallory, name="Mallory M.", time_zone="UTC", locale="en")
    assert told(cast.ben) == [
        "Mr. Ben lost their second factor and asked to be let in", "Mr. Ben has new backup codes",
        "Mr. Ben added a second factor: authenticator app", "Mr. Ben changed their profile", "Benedict changed their profile",
    ]
    assert (told(cast.mallory), told(cast.ada)) == (["Mallory M. changed their profile"], [])
    shown = {name: signed_in(getattr(cast, name)).get(LOG).content.decode() for name in ("ben", "mallory")}
    assert ("Benedict changed" in shown["ben"], "Mallory M. changed" in shown["mallory"]) == (True, True)
    assert ("Mallory M. changed" in shown["ben"], "Benedict changed" in shown["mallory"]) == (False, False)


def test_where_somebody_elses_act_came_from_is_not_told(cast, client):
    client.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD}, REMOTE_ADDR="193.0.0.1")
    with tenancy.organization_scope(tenancy.OPERATOR, cast.ada.pk), coming_from("202.12.29.1"):
        announce(events.SessionsEnded(name="Ben", count=1), about=cast.ben)
    assert [(each.name, each.address) for each in history.of(cast.ben).entries] == [
        ("accounts.sessions.ended", ""), ("accounts.person.signed_in", "193.0.0.1")
    ]


def test_pages_go_on_and_ask_as_much_for_many(cast, signed_in, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 3)
    ben, asked = signed_in(cast.ben), []
    ben.get(LOG)
    for more in (1, 3):
        for number in range(more):
            name = f"Ben {more}{number}"
            actions.change_profile(person=Person.objects.get(pk=cast.ben.pk), name=name, time_zone="UTC", locale="en")
        with CaptureQueriesContext(connection) as captured:
            page = ben.get(LOG)
        asked.append(len(captured))
    assert asked[0] == asked[1]
    assert [len(page.context["entries"]), len(ben.get(LOG, {"after": page.context["next"]}).context["entries"])] == [3, 1]
    assert ben.get(LOG, {"after": "forged"}).status_code == 422
