"""Passkeys in software: what they sign in, and what is refused."""

import json
from base64 import urlsafe_b64encode

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.webauthn.internal import auth
from django.test import Client
from fido2.utils import websafe_encode

from operant.panel.accounts import events, mfa, queries
from operant.panel.accounts.models import SignIn
from operant.platform.messaging import outbox
from operant.testing.factors import HERE, is_in, shows, signing_in, with_passkey
from operant.testing.queue import run_jobs

FACTOR = "/accounts/login/factor/"


def extended(cbor: bytes) -> str:
    """Return what is nobody's signature, with extensions."""
    said = json.dumps({"type": "webauthn.get", "challenge": "YQ", "origin": "http://localhost"}).encode()
    parts = {"clientDataJSON": said, "authenticatorData": bytes(32) + b"\x80" + bytes(4) + cbor, "attestationObject": cbor}
    response = {name: urlsafe_b64encode(part).rstrip(b"=").decode() for name, part in parts.items()}
    return json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response | {"signature": ""}})


def test_a_passkey_signs_in_without_a_password(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = Client()
    answer = shows(browser, passkey, "/accounts/login/passkey/")
    assert (answer["Location"], is_in(browser)) == ("/", True)
    assert browser.get("/me/security/passkeys/new", **HERE).status_code == 200


def test_a_passkey_is_a_second_factor(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = signing_in(cast.ben)
    assert not is_in(browser)
    assert (shows(browser, passkey, FACTOR)["Location"], is_in(browser)) == ("/", True)


def test_somebody_elses_passkey_is_no_second_factor_of_mine(cast):
    with_passkey(signing_in(cast.ben))
    stolen = with_passkey(signing_in(cast.mallory))
    browser = signing_in(cast.ben)
    assert (shows(browser, stolen, FACTOR, person=cast.ben.pk.hex).status_code, is_in(browser)) == (422, False)


@pytest.mark.parametrize(("said", "status"), [("mallory", 422), ("", 302), ("ben", 302)])
def test_a_passkey_that_says_whose_it_is_says_the_truth(cast, said, status):
    passkey = with_passkey(signing_in(cast.ben))
    with_passkey(signing_in(cast.mallory))
    names = {"ben": cast.ben, "mallory": cast.mallory}
    passkey.person = websafe_encode(user_pk_to_url_str(names[said]).encode()) if said else ""
    browser = signing_in(cast.ben)
    assert (shows(browser, passkey, FACTOR).status_code, is_in(browser)) == (status, status == 302)


def test_a_signature_is_taken_once(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = Client()
    options = browser.post("/accounts/login/passkey/options", **HERE).json()
    posted = {"credential": json.dumps(passkey.shown(options))}
    session = dict(browser.session.items())
    browser.post("/accounts/login/passkey/", posted, **HERE)
    replaying = Client()
    replaying.get("/accounts/login/", **HERE)
    kept = replaying.session
    kept.update(session)
    kept.save()
    assert replaying.post("/accounts/login/passkey/", posted, **HERE)["Location"] == "/accounts/login/"
    assert (is_in(browser), is_in(replaying)) == (True, False)


def test_a_passkey_that_did_not_count_on_is_refused(cast):
    passkey = with_passkey(signing_in(cast.ben), counts=True)
    shows(Client(), passkey, "/accounts/login/passkey/")
    browser = Client()
    for _ in range(2):
        passkey.counter -= 1
        shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)
    assert refused() == [(cast.ben.email, "wrong_factor", "passkey")] * 2
    run_jobs()
    (mail,) = [each for each in outbox.latest() if "may have been copied" in each.subject]
    assert (mail.to, "passkey Laptop" in mail.text) == (cast.ben.email, True)


def refused():
    found = SignIn.objects.exclude(result="ok").order_by("at")
    return [(each.person and each.person.email, each.result, each.factor) for each in found]


@pytest.mark.parametrize(
    "origin", ["http://localhost:9000", "http://sub.localhost", "https://localhost", "https://evil.example"]
)
def test_a_passkey_signs_for_this_very_address(cast, origin):
    passkey = with_passkey(signing_in(cast.ben))
    passkey.origin = origin
    browser = Client()
    shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)


def test_somebody_must_have_been_verified_by_the_device(cast):
    passkey = with_passkey(signing_in(cast.ben))
    passkey.flags = 0x01
    browser = Client()
    shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "7", '"x"', "null", "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 3}}',
             '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":""}}',
             '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}',
             '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"GQ"}}',
             "[" * 15_000, extended(b"\x19"), extended(b"\x81" * 6_000)],
)  # fmt: skip
def test_whatever_is_no_signature_is_refused_with_a_sentence(cast, sent):
    browser = Client()
    browser.post("/accounts/login/passkey/options", **HERE)
    answer = browser.post("/accounts/login/passkey/", {"credential": sent}, **HERE)
    assert (answer.status_code, answer["Location"], is_in(browser)) == (302, "/accounts/login/", False)
    assert refused() == [(None, "wrong_factor", "passkey")]
    signed_in = signing_in(cast.ben)
    signed_in.post("/me/security/passkeys/options", **HERE)
    answer = signed_in.post("/me/security/passkeys/new", {"name": "x", "credential": sent}, **HERE)
    assert (answer.status_code, queries.has_factor(cast.ben.pk)) == (422, False)


def test_what_is_longer_than_any_signature_is_not_read(cast, monkeypatch):
    read = []
    monkeypatch.setattr(auth, "parse_authentication_response", read.append)
    browser = Client()
    for sent in ("x" * 20_000, "x"):
        browser.post("/accounts/login/passkey/options", **HERE)
        browser.post("/accounts/login/passkey/", {"credential": json.dumps(sent)}, **HERE)
    assert read == ["x"]


@pytest.mark.parametrize(("host", "secure", "is_offered"), [
    ("localhost", False, True), ("127.0.0.1", False, False), ("[::1]", False, False), ("testserver", False, False),
    ("testserver", True, True), ("127.0.0.1", True, False),
])  # fmt: skip
def test_passkeys_are_offered_where_browsers_know_them(rf, host, secure, is_offered):
    assert mfa.takes_passkeys(rf.get("/", secure=secure, headers={"host": host})) == is_offered


def test_passkeys_are_named_and_removed(cast, announced):
    browser = signing_in(cast.ben)
    with_passkey(browser)
    key = queries.factors(cast.ben).get().factor.pk
    assert "Laptop" in browser.get("/me/security/", **HERE).content.decode()
    for _ in range(2):
        browser.post(f"/me/security/passkeys/{key}/name", {"name": "  Old  laptop "}, **HERE)
    named = events.PasskeyRenamed(name="Ben", before="Laptop", now="Old laptop")
    assert [each for each in announced if isinstance(each, events.PasskeyRenamed)] == [named]
    assert queries.factors(cast.ben).get().data["name"] == "Old laptop"
    mallory = signing_in(cast.mallory)
    assert mallory.post(f"/me/security/factors/{key}/removal").status_code == 404
    assert browser.post(f"/me/security/factors/{key}/removal", **HERE).status_code == 302
    assert not queries.has_factor(cast.ben.pk)


