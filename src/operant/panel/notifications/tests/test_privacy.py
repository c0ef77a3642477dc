"""Global Privacy Control: a browser's standing wish, and what the house says of it."""

import pytest
from django.test import Client

from operant.panel.accounts import events
from operant.panel.accounts.models import Person
from operant.platform import tenancy
from operant.testing.queue import run_jobs

from .. import queries

FORM = {"name": "Dora", "email": "dora@quay.example", "organization": "Quay", "password1": "lantern-herring-42"}


def test_the_house_says_that_it_heeds_the_wish(cast):
    answer = Client().get("/.well-known/gpc.json")
    assert (answer.json(), answer["Content-Type"], answer["Cache-Control"]) == (
        {"gpc": True, "lastUpdate": "2026-11-22"}, "application/json", "public, max-age=86400",
    )  # fmt: skip


@pytest.mark.parametrize(("headers", "off"), [({"Sec-GPC": "1"}, {("product_update", "mail")}), ({"Sec-GPC": "0"}, set())])
def test_who_opts_out_beforehand_gets_no_product_updates(cast, settings, announced, headers, off):
    run_jobs()
    settings.SIGN_UP = "open"
    Client().post("/accounts/signup/", FORM, headers=headers)
    run_jobs()
    with tenancy.reception():
        dora = Person.objects.get(email=FORM["email"])
        assert queries.own_wishes(dora).off == off
    assert announced[0] == events.SignedUp(person_id=str(dora.pk), name="Dora", opts_out=bool(off))
