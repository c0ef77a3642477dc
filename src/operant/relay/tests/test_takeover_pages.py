from datetime import timedelta

import pytest

from operant.platform import clock
from operant.relay.actions import takeovers
from operant.relay.models import Cover, Takeover
from operant.relay.queries.takeovers import held
from operant.relay.queries.targets import ALL as EVERYWHERE
from operant.testing.relay import Tv, paired

NEW, ALL = "/o/harbour/screens/takeovers/new", "/o/harbour/screens/takeovers/"
GIVEN = {"text": "Leave the building", "severity": "alert", "lasts": "15"}


@pytest.fixture
def kitchen(cast, screen):
    return paired(Tv(), cast.at_harbour, cast.ann, name="Kitchen")


def covered(cast):
    with cast.at_harbour():
        return sorted(Cover.objects.values_list("screen__name", flat=True))


def test_screens_are_taken_over_and_given_back_from_the_pages(cast, screen, kitchen, tv, signed_in, frozen):
    client = signed_in(cast.ben)
    assert "Take over screens" in client.get(ALL).content.decode()
    answer = client.post(NEW, {**GIVEN, "screens": [screen.public_id]}, follow=True)
    page = answer.content.decode()
    assert (covered(cast), "0 of 1 screen painted it" in page, "Waits for the screen" in page) == (["Lobby"], True, True)
    with cast.at_harbour():
        made = Takeover.objects.get()
    assert (made.until, made.text, made.severity) == (frozen + timedelta(minutes=15), "Leave the building", "alert")
    tv.renew()
    tv.post("acknowledgement", {"command": made.public_id, "outcome": "done"})
    one = f"{ALL}{made.public_id}/"
    assert "1 of 1 screen painted it" in client.get(one).content.decode()
    assert "A takeover lies over it" in client.get(f"/o/harbour/screens/{screen.public_id}/").content.decode()
    client.post(one + "ending")
    page = client.get(one).content.decode()
    assert ("Ended early" in page, "End it now" in page) == (True, False)
    assert client.post(one + "ending").status_code == 410


def test_all_means_all(cast, screen, kitchen, signed_in):
    signed_in(cast.ben).post(NEW, {**GIVEN, "screens": ["all"]})
    assert covered(cast) == ["Kitchen", "Lobby"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "Write a message, or choose a dashboard."),
        ({"lasts": ""}, "Say until when, or for how long."),
        ({"lasts": "", "until": "2020-01-01T10:00"}, "It would be over before it begins."),
        ({"screens": []}, "This field is required."),
        ({"screens": ["scr_x"]}, "Select a valid choice."),
    ],
)
def test_bad_input_is_answered_in_its_place(cast, screen, signed_in, changes, sentence):
    answer = signed_in(cast.ben).post(NEW, {**GIVEN, "screens": [screen.public_id], **changes})
    assert (answer.status_code, sentence in answer.content.decode(), covered(cast)) == (422, True, [])


def test_a_right_on_a_screen_decides_in_place_of_the_role(cast, screen, kitchen, signed_in):
    from operant.panel.organizations import actions as organizations
    from operant.panel.organizations.models import Membership, Role

    with cast.at_harbour(cast.ada):
        ada, ben = (Membership.objects.select_related("person").get(person=each) for each in (cast.ada, cast.ben))
        organizations.give_right(by=ada, member=ben, about=kitchen, name="Kitchen", role=Role.VIEWER)
        both = takeovers.take_over(screens=held([EVERYWHERE]), text="For both", until=clock.now() + timedelta(hours=1), by=cast.ada)
    client = signed_in(cast.ben)
    assert ("Lobby" in (page := client.get(NEW).content.decode()), "Kitchen" in page) == (True, False)
    assert client.post(NEW, {**GIVEN, "screens": [kitchen.public_id]}).status_code == 422
    # Of all, those that he may.
    client.post(NEW, {**GIVEN, "text": "Mine", "screens": ["all"]})
    with cast.at_harbour():
        assert list(Cover.objects.filter(takeover__text="Mine").values_list("screen__name", flat=True)) == ["Lobby"]
    assert client.post(f"{ALL}{both.public_id}/ending").status_code == 403
    assert signed_in(cast.cleo).get(NEW).status_code == 403
    assert signed_in(cast.mallory).get(f"{ALL}{both.public_id}/").status_code == 404


def test_the_picture_is_laid_out_from_the_page(cast, screen, tv, signed_in):
    client, page = signed_in(cast.ben), f"/o/harbour/screens/{screen.public_id}/"
    given = {"turned": "90", "zoom": "130", "overscan": "3", "dim": "40", "dim_from": "21:30", "dim_until": "06:00"}
    before = tv.get("manifest")
    assert "glass" not in before.json()
    said = client.post(f"{page}glass", given, follow=True).content.decode()
    words = "turned by 90°, letters at 130 %, 3 % of each edge free, darker by 40 % from 21:30 to 06:00"
    assert (f"Laid out so: {words}" in said, f"The picture of the screen Lobby is now laid out so: {words}" in said) == (True, True)
    told = tv.get("manifest")
    assert told.json()["glass"] == {"turned": 90, "zoom": 130, "overscan": 3, "dim": 40, "dim_from": "21:30"}
    assert told.headers["ETag"] != before.headers["ETag"]
    assert tv.beat().json()["etag"] == told.json()["etag"]
    refused = client.post(f"{page}glass", {**given, "zoom": "300", "dim_until": "21:30"})
    assert (refused.status_code, "Choose another time" in refused.content.decode()) == (422, True)
