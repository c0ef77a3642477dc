import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.audit import events, verify
from operant.panel.audit.models import Check
from operant.panel.organizations.events import MemberInvited
from operant.panel.organizations.models import Membership
from operant.platform.events import announce
from operant.platform.events.models import Announcement
from operant.platform.refusals import NotAllowed
from operant.testing.queue import run_jobs

from .conftest import busy, sealed

LOG = "/o/harbour/settings/audit/"
ENTRY = "00000000-0000-4000-8000-000000000001"


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_log_shows_who_did_what(cast, signed_in):
    busy(cast)
    sealed(cast)
    page = signed_in(cast.ann).get(LOG).content.decode()
    assert "dora@harbour.example was invited as viewer" in page
    assert "every entry" in page
    assert signed_in(cast.ben).get(LOG).status_code == 200  # busy made him an admin
    assert signed_in(cast.cleo).get(LOG).status_code == 403
    assert signed_in(cast.mallory).get("/o/harbour/settings/audit/").status_code in {200, 403}


def test_an_address_that_means_nothing_is_no_failure(cast, signed_in):
    browser = signed_in(cast.ada)
    for query in (
        "who=person:x", "who=:::", "since=yesterday", "until=9999-12-31", "before=x~y", "event=none", "about=1", "q=%00",
        "since=0001-01-01", f"before=2026-01-01~{ENTRY}", "who=person:%00", f"before=2026-01-01T00:00%2B23:59~{ENTRY}",
        f"before=0001-01-01T00:00%2B14:00~{ENTRY}",
    ):  # fmt: skip
        assert browser.get(f"{LOG}?{query}").status_code == 200, query


def test_an_entrys_page_shows_its_fields_and_its_proof(cast, signed_in):
    busy(cast)
    with cast.at_harbour():
        row = Announcement.objects.get(name="organizations.role.changed")
    address = f"{LOG}{_public(row)}/"
    assert "gets its number and its hash within moments" in signed_in(cast.ann).get(address).content.decode()
    sealed(cast)
    page = signed_in(cast.ann).get(address).content.decode()
    with cast.at_harbour():
        assert bytes(row.seals.get().hash).hex() in page
    assert "As it was sealed" in page and "203.0.113.7" in page


def test_the_whole_log_is_taken_out_and_that_is_an_entry(cast, signed_in, announced):
    busy(cast)
    announced.clear()
    answer = signed_in(cast.ann).post(LOG + "exports", {"form": "jsonl"})
    lines = content(answer).splitlines(keepends=True)
    assert announced == [events.LogExported(exported_by="Ann", form="JSON lines")]
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-harbour-')
    log = verify.Log()
    log.read(lines)
    log.finish()
    assert b"audit.log.exported" in lines[-2]


def test_what_is_listed_is_taken_out_as_a_table(cast, signed_in):
    with cast.at_harbour(cast.ada):
        announce(MemberInvited(email="=cmd@harbour.example", role="viewer"))
    answer = signed_in(cast.ann).post(LOG + "exports", {"form": "csv", "event": "organizations.member.invited"})
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert [row[3] for row in rows] == ["What", "'=cmd@harbour.example was invited as viewer"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_who_is_demoted_meanwhile_gets_no_more_of_it(cast, signed_in, monkeypatch, form):
    busy(cast)
    monkeypatch.setattr("operant.panel.audit.queries.exporting.AT_ONCE", 1)
    pieces = iter(signed_in(cast.ann).post(LOG + "exports", {"form": form}).streaming_content)
    assert next(pieces)
    with cast.at_harbour(cast.ada):
        Membership.objects.filter(person=cast.ann).update(role="viewer")
    with pytest.raises(NotAllowed):
        next(pieces)


def test_the_program_that_checks_comes_along(cast, signed_in):
    answer = signed_in(cast.ann).get(LOG + "verify.py")
    assert b"def signature_holds" in answer.content


def test_it_is_verified_when_somebody_asks(cast, signed_in, announced):
    run_jobs()
    announced.clear()
    browser = signed_in(cast.ann)
    assert browser.post(LOG + "checks").status_code == 302
    assert announced == [events.CheckAsked(asked_by="Ann")]
    assert browser.post(LOG + "checks").status_code == 409
    assert "being read" in browser.get(LOG).content.decode()
    run_jobs()
    with cast.at_harbour():
        assert [each.state for each in Check.objects.all()] == ["held"]
    assert "entries read on" in browser.get(LOG).content.decode()


def test_a_page_asks_the_same_for_few_and_for_many(cast, signed_in):
    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            signed_in(cast.ann).get(LOG)
        return len(questions)

    busy(cast)
    few = asked()
    busy_again = [MemberInvited(email=f"guest{number}@harbour.example", role="viewer") for number in range(20)]
    with cast.at_harbour(cast.ada):
        for each in busy_again:
            announce(each)
    assert asked() == few


def _public(row: Announcement) -> str:
    from operant.platform.tenancy.ids import public_id

    return public_id("aud", row.pk)
