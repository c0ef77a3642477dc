import re
from datetime import time

import pytest

from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.events.models import Announcement

from .. import queries
from ..actions import wishing
from ..models import Rhythm, Wish

PAGE, RHYTHM = "/me/notifications", "/me/notifications/rhythm"


@pytest.fixture
def ben(cast, signed_in):
    return signed_in(cast.ben)


def test_essential_ones_are_on_cannot_be_switched_off_and_say_why(ben):
    page = ben.get(PAGE).content.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]*value="([^"]+)"[^>]*?( checked)?( disabled)?>', page)
    assert [name for name, checked, _ in boxes if not checked] == []
    locked = [name for name, _, disabled in boxes if disabled]
    assert locked == [
        "sign_in.mail", "reset.mail", "security.inbox", "security.mail", "account.inbox", "account.mail",
    ]  # fmt: skip
    assert "If it was not you, this is how you learn of it." in page


@pytest.mark.parametrize(("role", "is_listed"), [(None, False), (Role.EDITOR, False), (Role.ADMIN, True), (Role.OWNER, True)])
def test_what_only_operators_are_told_stands_among_their_choices_alone(cast, ben, role, is_listed):
    if role:
        with tenancy.organization_scope(tenancy.OPERATOR):
            Membership.objects.create(person=cast.ben, role=role)
    page = ben.get(PAGE).content.decode()
    assert ('value="installation.mail"' in page, "This installation" in page) == (is_listed, is_listed)
    assert 'value="screens.mail"' in page


def test_what_is_ticked_is_kept_and_told(cast, ben):
    shown = "screens.inbox screens.mail data.mail"
    answer = ben.post(PAGE, {"shown": shown, "wish": ["screens.inbox", "people.mail"]})
    assert answer["Location"] == PAGE
    wishes = queries.own_wishes(cast.ben)
    assert wishes.off == {("screens", "mail"), ("data", "mail")}
    with tenancy.organization_scope(tenancy.OPERATOR):
        fact = Announcement.objects.get(name="notifications.wishes.changed")
        assert fact.event().sentence() == (
            "Ben changed which notifications they get: data by mail off, screens by mail off"
        )


@pytest.mark.parametrize("forged", ["security.mail", "account.mail", "nonsense.mail", "screens.sms", "", "\0"])
def test_what_cannot_be_switched_stays(cast, ben, forged):
    assert ben.post(PAGE, {"shown": f"{forged} ", "wish": []}).status_code == 302
    assert ben.post(PAGE, {"shown": "", "wish": [forged]}).status_code == 302
    with tenancy.reception():
        assert not Wish.objects.filter(person=cast.ben).exists()


def test_nothing_changed_leaves_no_trace(cast, ben):
    ben.post(PAGE, {"shown": "screens.mail", "wish": ["screens.mail"]})
    ben.post(RHYTHM, {"often": "at_once", "daily_at": "08:00"})
    assert told() == 0
    # Another window, which still shows what stood before, says the same once more.
    for _ in range(2):
        ben.post(PAGE, {"shown": "screens.mail", "wish": []})
        ben.post(RHYTHM, {"often": "daily", "daily_at": "07:30", "quiet_from": "22:00", "quiet_until": "06:00"})
    assert told() == 2


def told() -> int:
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Announcement.objects.filter(name="notifications.wishes.changed").count()


def test_a_rhythm_is_kept_and_shown(cast, ben):
    given = {"often": "daily", "daily_at": "07:30", "quiet_from": "22:00", "quiet_until": "06:00"}
    assert ben.post(RHYTHM, given)["Location"] == PAGE
    kept = queries.rhythm_of(cast.ben)
    assert (kept.is_daily, kept.daily_at, kept.quiet_from, kept.quiet_until) == (True, time(7, 30), time(22), time(6))
    page = ben.get(PAGE).content.decode()
    assert [value in page for value in ('value="07:30"', 'value="22:00"', 'value="06:00"')] == [True] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"often": "hourly"}, {"daily_at": ""}, {"daily_at": "25:00"}, {"quiet_from": "22:00"}, {"quiet_until": "06:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"}, {"quiet_from": "x" * 10_000, "quiet_until": "06:00"},
    ],
)  # fmt: skip
def test_a_rhythm_that_is_none_is_refused_and_kept_on_the_page(cast, ben, wrong):
    answer = ben.post(RHYTHM, {"often": "at_once", "daily_at": "08:00", **wrong})
    with tenancy.reception():
        assert (answer.status_code, Rhythm.objects.filter(person=cast.ben).count()) == (422, 0)


def test_quiet_hours_need_two_ends(cast):
    from operant.platform.refusals import Invalid

    with pytest.raises(Invalid):
        wishing.change_rhythm(person=cast.ben, is_daily=False, daily_at=time(8), quiet=(time(8), time(8)))


@pytest.mark.parametrize("address", [PAGE, RHYTHM])
def test_it_is_for_whoever_signed_in(cast, client, address):
    assert client.post(address)["Location"].startswith("/accounts/login/")
