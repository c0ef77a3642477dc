"""What an organization may be called, and what becomes of a name that plays tricks."""

from pathlib import Path

import pytest

from operant.panel.organizations import actions, naming
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.messaging import outbox
from operant.platform.refusals import Invalid
from operant.testing.api import program
from operant.testing.queue import run_jobs

RIGHT_TO_LEFT, EMOJI = "شركة الميناء", "Quay 👩‍👩‍👧 ⚓️"


@pytest.mark.parametrize("name", [RIGHT_TO_LEFT, EMOJI, "Bücher & Söhne", "名前", "<script>alert(1)</script>"])
def test_names_in_any_writing_are_kept(cast, signed_in, name):
    with cast.at_harbour(cast.ada):
        assert actions.change_settings(organization=cast.harbour, name=name).name == name
    page = signed_in(cast.ada).get("/o/harbour/")
    assert (page.status_code, b"<script>alert" in page.content) == (200, False)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Quay\r\nBcc: all@elsewhere.example", "Quay Bcc: all@elsewhere.example"),
        ("Quay\x00\x1b[31m", "Quay [31m"),
        ("Quay \u202eyauQ\u2066", "Quay yauQ"),
        ("Quay\u2028next", "Quay next"),
        ("  Q  u\tay ", "Q u ay"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_what_would_play_tricks_is_left_out(name, kept):
    assert naming.of_organization(name) == kept


@pytest.mark.parametrize("name", ["", " ", "\u202e\n", "x" * 121, "x" * 10_000, "Free money https://evil.example now"])
def test_what_is_no_name_is_refused(cast, name):
    with pytest.raises(Invalid):
        actions.found(name=name, owner=cast.mallory)


def test_ten_thousand_letters_are_refused_at_every_door(cast, signed_in):
    name, ada = "x" * 10_000, signed_in(cast.ada)
    kept = {"name": name, "time_zone": "UTC", "locale": "en", "currency": "EUR"}
    assert ada.post("/o/harbour/settings/", kept).status_code == 422
    assert ada.post("/organizations/new", {"name": name}).status_code == 422
    assert program(cast.at_harbour, cast.ann).patch("organization", {"name": name}).status_code == 422


def test_a_name_adds_no_header_to_a_mail(cast, settings):
    name = "Quay\r\nBcc: all@elsewhere.example\r\n\r\nBuy now"
    quay = actions.found(name=name, owner=cast.mallory)
    with tenancy.organization_scope(quay.pk, cast.mallory.pk):
        by = Membership.objects.select_related("person").get(person=cast.mallory)
        actions.invite(by=by, email="dora@harbour.example", role=Role.VIEWER)
    run_jobs()
    (mail,) = outbox.latest()
    assert mail.subject.strip() == "Mallory invites you to Quay Bcc: all@elsewhere.example Buy now on Operant"
    (raw,) = Path(settings.OUTBOX).glob("*.eml")
    head = raw.read_bytes().partition(b"\n\n")[0]
    assert [line for line in head.splitlines() if line.lower().startswith(b"bcc")] == []


def test_two_names_that_look_alike_are_two_addresses(cast):
    assert actions.found(name="Hаrbour", owner=cast.mallory).slug == "hrbour"
    assert actions.found(name=RIGHT_TO_LEFT, owner=cast.mallory).slug == "organization"
