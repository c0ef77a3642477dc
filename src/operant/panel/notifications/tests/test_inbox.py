import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.notifications.models import Notification
from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.live import tokens
from operant.platform.tenancy.ids import public_id

INBOX = "/o/harbour/inbox/"
ENTRY = re.compile(r"<bdi>(.*?)</bdi>")


@pytest.fixture
def ben(cast, signed_in):
    return signed_in(cast.ben)


@pytest.fixture
def one(cast, went_offline):
    """Ben's notification of one screen."""
    went_offline("Lobby")
    return of(cast, cast.ben)


def of(cast, person) -> Notification:
    with cast.at_harbour():
        return Notification.objects.filter(person=person).order_by("-created_at", "-pk")[0]


def fill(cast, count: int) -> None:
    """Put that many notifications into Ben's inbox, a second apart."""
    with cast.at_harbour():
        at = [clock.now() + timedelta(seconds=number) for number in range(count)]
        facts = Announcement.objects.bulk_create(
            Announcement(name="relay.screen.unpaired", payload={"screen_id": "x", "name": f"S{number}"}, at=at[number])
            for number in range(count)
        )
        Notification.objects.bulk_create(
            Notification(person=cast.ben, event=each, category="screens", created_at=each.at) for each in facts
        )


def address(notification, verb: str) -> str:
    return f"{INBOX}{public_id('ntf', notification.pk)}/{verb}"


def shown(browser, query: str = "") -> list[str]:
    return ENTRY.findall(browser.get(INBOX + query).content.decode())


def bell(browser) -> list[str]:
    return re.findall(r'aria-label="(Inbox[^"]*)"', browser.get("/o/harbour/").content.decode())


def test_an_empty_inbox_says_what_will_come(ben, at_noon):
    page = ben.get(INBOX).content.decode()
    assert "Nothing has happened that you are to hear of." in page
    assert (bell(ben), shown(ben)) == (["Inbox"], [])


def test_what_came_lies_there_newest_first_and_the_bell_counts_it(ben, went_offline, pass_time):
    went_offline("Lobby")
    clock.advance(timedelta(seconds=1))
    went_offline("Dispatch")
    assert shown(ben) == ["The screen Dispatch went offline", "The screen Lobby went offline"]
    assert bell(ben) == ["Inbox, 2 unread"]
    assert 'aria-label="Inbox, 2 unread"' in ben.get(INBOX + "bell").content.decode()


def test_more_than_a_hundred_are_a_hundred(cast, ben, at_noon):
    fill(cast, 120)
    assert "99+" in ben.get(INBOX).content.decode()


def test_opening_one_marks_it_as_read_and_leads_to_its_place(cast, ben, screen_offline):
    notification, screen = screen_offline
    answer = ben.post(address(notification, "opening"))
    assert (answer.status_code, answer["Location"]) == (302, f"/o/harbour/screens/{screen.public_id}/")
    assert (bell(ben), of(cast, cast.ben).read_at) == (["Inbox"], clock.now())


@pytest.fixture
def screen_offline(cast, at_noon):
    from operant.platform.events import announce
    from operant.relay import events
    from operant.testing import relay
    from operant.testing.queue import run_jobs

    screen = relay.paired(relay.Tv(), cast.at_harbour, cast.ann, name="Lobby", dashboard=None)
    with cast.at_harbour():
        announce(
            events.ScreensWellAgain(
                kind="offline", what="The screen Lobby came back after 11 min", place="", count=1, seconds=660,
                screen_ids=["scr_x"], names=["Lobby"],
            ),
            about=screen,
        )
    run_jobs()
    return of(cast, cast.ben), screen


def test_one_is_marked_as_read_and_as_unread_again(ben, one):
    for read, left in (("yes", 0), ("yes", 0), ("no", 1), ("no", 1)):
        assert ben.post(address(one, "reading"), {"read": read})["Location"] == INBOX
        assert len(shown(ben, "?show=unread")) == left
    assert len(shown(ben)) == 1


def test_a_part_of_the_page_is_answered_with_its_line(ben, one):
    answer = ben.post(address(one, "reading"), {"read": "yes"}, headers={"HX-Request": "true"})
    assert answer.content.decode().count("<li") == 1
    assert "data-unread" not in answer.content.decode()
    assert ben.post(address(one, "archiving"), headers={"HX-Request": "true"}).content.count(b"<li") == 0


def test_one_is_put_away_and_back(ben, one):
    ben.post(address(one, "archiving"))
    assert (shown(ben), shown(ben, "?show=unread"), len(shown(ben, "?show=archived"))) == ([], [], 1)
    ben.post(address(one, "archiving"), {"archived": "no"})
    assert (len(shown(ben)), shown(ben, "?show=unread"), shown(ben, "?show=archived")) == (1, [], [])


def test_all_are_marked_as_read_but_not_those_that_came_after_the_page(ben, went_offline):
    went_offline("Lobby")
    page = ben.get(INBOX).content.decode()
    (until,) = re.findall(r'name="until" value="([^"]+)"', page)
    clock.advance(timedelta(seconds=1))
    went_offline("Dispatch")
    ben.post(INBOX + "reading", {"until": until})
    assert shown(ben, "?show=unread") == ["The screen Dispatch went offline"]


@pytest.mark.parametrize("until", ["", "yesterday", "2027-03-10T12:00:00", "2027-99-99T00:00:00Z"])
def test_a_page_cut_short_marks_nothing(ben, one, until):
    assert ben.post(INBOX + "reading", {"until": until}).status_code == 422
    assert bell(ben) == ["Inbox, 1 unread"]


@pytest.mark.parametrize("verb", ["opening", "reading", "archiving"])
def test_what_is_another_persons_is_not_there(cast, signed_in, one, verb):
    for notification in (one.pk, uuid4()):
        answer = signed_in(cast.ada).post(f"{INBOX}{public_id('ntf', notification)}/{verb}")
        assert answer.status_code == 404
    assert (of(cast, cast.ben).read_at, of(cast, cast.ben).archived_at) == (None, None)


def test_marking_all_leaves_other_peoples_alone(cast, ben, signed_in, one):
    signed_in(cast.ada).post(INBOX + "reading", {"until": clock.now().isoformat()})
    assert (bell(ben), bell(signed_in(cast.ada))) == (["Inbox, 1 unread"], ["Inbox"])


def test_it_is_narrowed_to_what_it_is_about(ben, one):
    assert [len(shown(ben, f"?about={name}")) for name in ("screens", "people", "nonsense")] == [1, 0, 1]


def test_pages_stay_whole_while_more_comes(cast, ben, went_offline):
    fill(cast, 32)
    clock.advance(timedelta(seconds=60))
    page = ben.get(INBOX).content.decode()
    went_offline("Later")
    (older,) = re.findall(r'href="(\?[^"]*after=[^"]+)"', page)
    assert shown(ben, older.replace("&amp;", "&")) == ["The screen S1 was unpaired", "The screen S0 was unpaired"]
    assert ben.get(INBOX + "?after=forged").status_code == 422


def test_the_inbox_asks_as_much_for_thirty_as_for_three(cast, ben, at_noon):
    counts = []
    for more in (3, 27):
        fill(cast, more)
        ben.get(INBOX)
        with CaptureQueriesContext(connection) as asked:
            ben.get(INBOX)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_page_listens_to_its_readers_inbox_and_to_nobody_elses(cast, ben, signed_in, at_noon):
    def topics(browser, path):
        page = browser.get(path).content.decode()
        (token,) = re.findall(r'<ot-live hidden topics="([^"]+)"', page)
        return {topic for topic in tokens.redeem(token) if topic.startswith(str(cast.harbour.pk))}

    mine = f"{cast.harbour.pk}/inbox:{cast.ben.pk}"
    assert topics(ben, "/o/harbour/people/") == {mine}
    assert topics(ben, "/o/harbour/screens/") == {mine, f"{cast.harbour.pk}/screens", f"{cast.harbour.pk}/dashboards"}
    assert mine not in topics(signed_in(cast.ada), "/o/harbour/people/")


def test_a_change_is_hinted_at_without_saying_what(cast, one, monkeypatch):
    from operant.panel.notifications.actions import reading

    hinted = []
    monkeypatch.setattr(reading, "hint", lambda *topics: hinted.extend(topics))
    with cast.at_harbour(cast.ben):
        reading.mark(notification=one, is_read=True)
    assert hinted == [f"inbox:{cast.ben.pk}"]
