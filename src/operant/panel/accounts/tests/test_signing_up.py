"""Sign-ups are written down for ever, judged before anything is looked up, and cut loose from whom they made."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from operant.panel.accounts import origins
from operant.panel.accounts.actions import signing_up
from operant.panel.accounts.models import Person, SignUp
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.messaging import outbox
from operant.testing.cast import person
from operant.testing.mail import link_in
from operant.testing.queue import run_chore, run_jobs

FORM = {"name": "Dora", "email": "dora@quay.example", "organization": "Quay", "password1": "lantern-herring-42"}


@pytest.fixture
def is_open(cast, settings):
    run_jobs()
    settings.SIGN_UP = "open"


def sign_up(ip="198.51.100.7", client=None, **changes):
    return (client or Client()).post("/accounts/signup/", FORM | changes, REMOTE_ADDR=ip)


def records():
    return [(each.ip, each.verdict, each.person and each.person.email) for each in SignUp.objects.order_by("at")]


def test_a_sign_up_is_one_row_that_names_nobody(is_open):
    sign_up()
    (row,) = SignUp.objects.all()
    kept = {field.name: getattr(row, field.name) for field in SignUp._meta.fields if field.name not in {"id", "at"}}
    assert kept == {
        "person": Person.objects.get(email="dora@quay.example"), "ip": "198.51.100.7", "network": "198.51.100.0/24",
        "address_hash": signing_up.hash_of("Dora@Quay.example "), "verdict": "admitted",
    }


def test_what_stands_for_the_address_is_keyed(settings):
    before = signing_up.hash_of("dora@quay.example")
    settings.SECRET_KEY = "another installation's"
    assert (len(before), signing_up.hash_of("dora@quay.example") == before) == (64, False)


def test_a_form_that_is_not_filled_in_well_is_no_sign_up(is_open):
    sign_up(password1="short")
    sign_up(email="none")
    assert records() == []


def test_what_fills_hidden_fields_is_written_down(is_open):
    answer = sign_up(website="https://spam.example")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    assert records() == [("198.51.100.7", "trapped", None)]


@pytest.mark.parametrize("domain", ["mailinator.com", "in.mailinator.com", "MAILINATOR.com"])
def test_an_address_that_anybody_gets_for_minutes_is_refused_at_its_field(is_open, domain):
    answer = sign_up(email=f"dora@{domain}")
    (said,) = answer.context["form"].errors.pop("email")
    assert said == "Addresses of this kind belong to nobody for long. Use one that stays yours."
    assert answer.context["form"].errors == {}
    assert records() == [("198.51.100.7", "disposable", None)]
    assert not Person.objects.filter(name="Dora").exists()


def test_who_is_invited_may_use_any_address(is_open, cast):
    guest = Client()
    with cast.at_harbour(cast.ada):
        organizations.invite(
            by=Membership.objects.select_related("person").get(person=cast.ada), email="dora@mailinator.com", role=Role.VIEWER
        )
    run_jobs()
    guest.get(urlsplit(link_in(outbox.latest()[0].text)).path)
    sign_up(client=guest, email="dora@mailinator.com")
    assert records() == [("198.51.100.7", "admitted", "dora@mailinator.com")]


def test_an_address_that_has_an_account_is_judged_as_any_other(is_open, cast):
    sign_up(email=cast.ada.email)
    assert records() == [("198.51.100.7", "admitted", None)]


def test_the_page_for_the_code_is_the_same_for_an_address_that_has_an_account(is_open, cast):
    pages = []
    for email in ("new@harbour.example", cast.ada.email):
        browser = Client()
        sign_up(client=browser, email=email, organization=email)
        page = browser.get("/accounts/confirm-email/")
        words = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page.content.decode())
        typed = browser.post("/accounts/confirm-email/", {"action": "change", "email": "other@harbour.example"})
        pages.append((page.status_code, words.replace(email, ""), typed.status_code))
    assert pages[0] == pages[1]


def test_nobody_walks_past_the_rules_by_naming_another_address_for_the_code(is_open):
    browser = Client()
    sign_up(client=browser)
    browser.post("/accounts/confirm-email/", {"action": "change", "email": "dora@mailinator.com"})
    run_jobs()
    assert [each.to for each in outbox.latest()] == ["dora@quay.example"]
    assert Person.objects.get(name="Dora").email == "dora@quay.example"


def test_many_from_one_network_are_stopped_and_others_pass(is_open):
    ips = [f"203.0.113.{number}" for number in range(12)]
    robots = [sign_up(ip, email=f"r{number}@quay.example", organization=f"R{number}") for number, ip in enumerate(ips)]
    assert [answer.status_code for answer in robots] == [302] * 10 + [429] * 2
    assert robots[-1]["Retry-After"] == "3600"
    others = ["203.0.112.7", "2001:db8:1::7", "2001:db8:2::7"]
    people = [sign_up(ip, email=f"p{number}@quay.example", organization=f"P{number}") for number, ip in enumerate(others)]
    assert [answer.status_code for answer in people] == [302] * 3
    assert Person.objects.filter(email__endswith="@quay.example").count() == 13


def test_whether_an_address_is_known_makes_no_difference_once_a_network_is_stopped(is_open, cast):
    for number in range(10):
        signing_up.judge(
            address=f"r{number}@quay.example", origin=origins.of(sign_up(email="none").wsgi_request), is_trapped=False,
            is_invited=False,
        )
    known, unknown = sign_up(email=cast.ada.email), sign_up(email="nobody@harbour.example")
    assert (known.status_code, known.context["sentence"]) == (unknown.status_code, unknown.context["sentence"])
    assert known.status_code == 429


def test_it_outlives_the_account_and_then_names_nobody(is_open):
    eve = person("Eve", "quay")
    origin = origins.of(sign_up(email="none").wsgi_request)
    made = signing_up.judge(address=eve.email, origin=origin, is_trapped=False, is_invited=False)
    signing_up.attach(sign_up=made, person=eve)
    assert records() == [("198.51.100.7", "admitted", "eve@quay.example")]
    with tenancy.person_scope(eve.pk):
        eve.delete()
    assert records() == [("198.51.100.7", "admitted", None)]
    assert [each for each in SignUp.objects.values_list() if "eve" in str(each).lower()] == []


def test_the_operator_may_keep_it_shorter(is_open, settings):
    sign_up()
    run_jobs()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_sign_up SET at = at - interval '31 days'")
    run_chore("accounts.forget_attempts")
    assert len(records()) == 1
    settings.SIGN_UP_DAYS = 30
    run_chore("accounts.forget_attempts")
    assert records() == []
