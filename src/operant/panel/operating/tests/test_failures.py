"""The operator's page of errors: who sees it, what it shows, and what marking as solved does."""

import pytest
from django.test import Client

from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.observing.models import Failure

OUTSIDE = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def failure(cast) -> Failure:
    return Failure.objects.create(
        fingerprint="a", kind="ValueError", message="got [value]", place="operant/stage/jobs.py convert", doing="stage.convert",
        stack="operant/stage/jobs.py:24 convert\nValueError: got [value]", request_id="0123456789ab", release="0.1.0", count=17,
    )  # fmt: skip


def test_whoever_sits_here_sees_what_failed_and_marks_it_as_solved(failure):
    page, one = Client(SERVER_NAME="localhost"), f"/operator/errors/{failure.pk}"
    assert "ValueError" in page.get("/operator/errors").content.decode()
    shown = page.get(one).content.decode()
    for words in ("17 times", "got [value]", "stage.convert", "0123456789ab", "operant/stage/jobs.py:24 convert"):
        assert words in shown
    assert page.post(f"{one}/solution").headers["Location"] == "/operator/errors"
    failure.refresh_from_db()
    assert not failure.is_open
    assert "ValueError" not in page.get("/operator/errors").content.decode()
    assert "ValueError" in page.get("/operator/errors?state=solved").content.decode()
    assert "Mark as solved" not in page.get(one).content.decode()


def test_an_operator_sees_it_from_elsewhere_and_an_owner_does_not(cast, failure, signed_in):
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.cleo, role=Role.OWNER)
    addresses = ("/operator/errors", f"/operator/errors/{failure.pk}")
    for person, status in ((cast.cleo, 200), (cast.ada, 404), (cast.mallory, 404)):
        assert [signed_in(person).get(each, headers=OUTSIDE).status_code for each in addresses] == [status, status]
    assert signed_in(cast.ada).post(f"/operator/errors/{failure.pk}/solution", headers=OUTSIDE).status_code == 404
    failure.refresh_from_db()
    assert failure.is_open


def test_what_is_not_there_is_not_found(cast):
    nowhere = "/operator/errors/00000000-0000-4000-8000-000000000000"
    page = Client(SERVER_NAME="localhost")
    assert (page.get(nowhere).status_code, page.post(f"{nowhere}/solution").status_code) == (404, 404)


