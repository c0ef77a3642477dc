"""People with second factors, and what shows them: an app's codes, and a passkey in software."""

import json
import os
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from operant.panel.accounts.actions import factors
from operant.panel.accounts.models import Factor, Person
from operant.platform import clock, tenancy

from .cast import PASSWORD

PERIOD, LEAST_LEFT = 30, 4
HERE = {"headers": {"host": "localhost"}}
"""Where browsers know passkeys without TLS."""


def code_of(secret: str) -> str:
    """Return the code that an app with this secret shows now; one that is about to go is waited out, as people do."""
    left = PERIOD - clock.now().timestamp() % PERIOD
    if left < LEAST_LEFT and not clock.is_frozen():
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // PERIOD))


@tenancy.reception()
def with_app(person: Person) -> tuple[str, list[str]]:
    """Give a person an authenticator app. Returns its secret, whose code of now is not used, and their backup codes."""
    secret = generate_totp_secret()
    codes = factors.add_app(person=person, secret=secret, code=code_of(secret))
    Factor.objects.filter(authenticator__user=person).update(counter=0)
    return secret, codes


def signing_in(person: Person) -> Client:
    """Return a browser in which this person has typed their password."""
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return browser


def proven(browser: Client, person: Person) -> Client:
    """Let a browser be one in which this person has just proved themselves, as far as any test lasts."""
    session = browser.session
    at = time.time() + 86_400
    session["account_authentication_methods"] = [{"method": method, "at": at} for method in ("password", "mfa")]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return browser


class Authenticator:
    """A passkey in software: it signs what a page asks for, or what a test makes it sign."""

    def __init__(self, origin: str = "http://localhost", *, counts: bool = False) -> None:
        self.origin, self.host = origin, urlsplit(origin).hostname
        self.key, self.identity, self.person = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), ""
        self.counts, self.counter, self.flags = counts, 0, 0x05  # somebody was there, and was verified

    def created(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends for a new passkey."""
        self.person = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.identity, public)
        made = AttestationObject.create("none", self._known(self.flags | 0x40, credential), {})
        return self._sent({
            "clientDataJSON": self._said("webauthn.create", options), "attestationObject": websafe_encode(bytes(made)),
        })  # fmt: skip

    def shown(self, options: dict[str, Any], *, person: str | None = None) -> dict[str, Any]:
        """Return what a browser sends to sign in."""
        self.counter += self.counts
        known, said = self._known(self.flags), self._said("webauthn.get", options)
        signature = self.key.sign(known + sha256(websafe_decode(said)).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent({
            "clientDataJSON": said, "authenticatorData": websafe_encode(known), "signature": websafe_encode(signature),
            "userHandle": person or self.person,
        })  # fmt: skip

    def _known(self, flags: int, credential: bytes = b"") -> bytes:
        host = sha256(self.host.encode()).digest()
        return AuthenticatorData.create(host, flags, self.counter, credential)

    def _said(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _sent(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.identity)
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }


def is_in(browser: Client) -> bool:
    """Return whether somebody is signed in there."""
    return browser.get("/me/", **HERE).status_code == 200


def with_passkey(browser: Client, name: str = "Laptop", **more: Any) -> Authenticator:
    """Add a passkey in a browser that is signed in, and proved itself just now, on localhost."""
    passkey = Authenticator(**more)
    options = browser.post("/me/security/passkeys/options", **HERE).json()
    posted = {"name": name, "credential": json.dumps(passkey.created(options))}
    answer = browser.post("/me/security/passkeys/new", posted, **HERE)
    assert answer.status_code in {201, 302}, answer.content.decode()
    return passkey


def shows(browser: Client, passkey: Authenticator, where: str, **more: Any):
    """Ask for a challenge and answer it where a browser would."""
    options = browser.post("/accounts/login/passkey/options", **HERE).json()
    return browser.post(where, {"credential": json.dumps(passkey.shown(options, **more))}, **HERE)
