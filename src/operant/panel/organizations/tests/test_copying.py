"""The copy of what is held about a person: everything of theirs, nothing secret, nothing of others."""

import io
import json
import zipfile

import pytest

from operant.panel.accounts import events
from operant.panel.accounts.actions import copying
from operant.panel.accounts.models import SignIn
from operant.panel.organizations.models import Organization
from operant.platform import clock, holdings, tenancy
from operant.platform.events.models import Announcement
from operant.platform.messaging import outbox
from operant.testing import api
from operant.testing.cast import PASSWORD
from operant.testing.factors import with_app
from operant.testing.queue import run_jobs

PAGE = "/me/copy"


def members_of(answer) -> dict[str, object]:
    folder = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: folder.read(name).decode() for name in folder.namelist()}


@pytest.fixture
def lived(cast, signed_in):
    """Ann has signed in, has a factor and a token, and did something; her browser, and what nobody may read of it."""
    secret, codes = with_app(cast.ann)
    _, token = api.made(cast.at_harbour, cast.ann)
    with tenancy.reception():
        SignIn.objects.create(person=cast.ann, ip="198.51.100.7", network="198.51.100.0/24", result="ok", factor="totp")
        SignIn.objects.create(person=cast.mallory, ip="203.0.113.9", network="203.0.113.0/24", result="ok", factor="")
    return signed_in(cast.ann, lately=True), [secret, *codes, token, cast.ann.password]


def test_the_copy_holds_what_is_held_and_no_secret(cast, lived, announced):
    ann, secrets = lived
    announced.clear()
    answer = ann.post(PAGE)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "application/zip", "private, no-store",
    )  # fmt: skip
    files = members_of(answer)
    assert set(files) == {"README.txt"} | {f"account/{each.name}.json" for each in holdings.holdings()} | {
        f"organizations/harbour/{each.name}.json" for each in holdings.holdings() if each.of_organizations
    }
    (profile,) = json.loads(files["account/profile.json"])
    assert (profile["name"], profile["email"]) == ("Ann", cast.ann.email)
    assert [each["ip"] for each in json.loads(files["account/sign-ins.json"])] == ["198.51.100.7"]
    assert [each["role"] for each in json.loads(files["organizations/harbour/membership.json"])] == ["admin"]
    assert [each["name"] for each in json.loads(files["organizations/harbour/acts.json"])] == ["tokens.token.made"]
    text = "".join(files.values())
    assert [each for each in secrets if each in text] == []
    assert [each for each in (cast.ada.email, cast.mallory.email, "203.0.113.9") if each in text] == []
    assert "This record stays when an account is erased" in files["README.txt"]
    assert announced == [events.CopyTaken(name="Ann")]
    run_jobs()
    assert [mail.to for mail in outbox.latest() if "A copy of everything" in mail.text] == [cast.ann.email]


def test_an_organization_that_is_closed_to_them_is_named_and_left_out(cast, signed_in):
    cleo = signed_in(cast.cleo, lately=True)
    with cast.at_harbour():
        Organization.objects.filter(pk=cast.harbour.pk).update(second_factor_from=clock.now())
    files = members_of(cleo.post(PAGE))
    assert [name for name in files if name.startswith("organizations/")] == []
    assert "Harbour is left out: it demands a second factor" in files["README.txt"]


def test_a_copy_is_cut_where_it_says_so(cast, lived, monkeypatch):
    monkeypatch.setattr(copying, "MOST", 1)
    with tenancy.reception():
        SignIn.objects.create(person=cast.ann, ip="198.51.100.8", network="198.51.100.0/24", result="ok", factor="")
    files = members_of(lived[0].post(PAGE))
    assert len(json.loads(files["account/sign-ins.json"])) == 1
    assert "account/sign-ins.json holds the newest 1 only." in files["README.txt"]


def test_it_is_asked_for_by_whoever_proved_themselves_and_not_all_day(cast, signed_in):
    assert signed_in(cast.ben).get(PAGE).status_code == 200
    left_open = signed_in(cast.ben)
    asked = left_open.post(PAGE)["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    # They see the page again, and not a file in the place of the question.
    assert left_open.post(asked, {"password": PASSWORD})["Location"] == PAGE
    assert left_open.post(PAGE).status_code == 200
    ben = signed_in(cast.ben, lately=True)
    assert [ben.post(PAGE).status_code for _ in range(6)] == [200] * 4 + [429] * 2
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert Announcement.objects.filter(name="accounts.copy.taken").count() == 5
