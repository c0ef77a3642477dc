"""An identity provider on this machine, over real HTTP, which can be made to lie."""

import base64
import hashlib
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

Lie = Callable[[dict[str, Any]], Any]
CLIENT_ID = "operant"
BEN = {"email": "ben@harbour.example", "email_verified": True, "name": "Ben"}
DORA = {"email": "dora@quay.example", "email_verified": True, "name": "Dora"}


class Provider:
    """The provider: `issuer` is its address, `lies` change its answers by path, `heard` are the forms it was sent."""

    def __init__(self) -> None:
        self.lies: dict[str, Lie] = {}
        self.heard: list[dict[str, str]] = []
        self._app = oidc_provider_mock.app(require_nonce=True, access_token_max_age=timedelta(hours=1))
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def knows(self, sub: str, **claims: Any) -> None:
        """Let somebody have an account there."""
        requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def forge(self, change: Callable[[dict[str, Any]], Any], *, key: Any = None, algorithm: str = "RS256") -> None:
        """Give out tokens whose claims were changed, signed with the key that it publishes, or with another."""
        own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        self.lies["/jwks"] = lambda answer: {"keys": [{**own, "kid": "ours", "alg": "RS256", "use": "sig"}]}

        def token(answer: dict[str, Any]) -> dict[str, Any]:
            claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
            change(claims)
            signed = jwt.encode(claims, key or self._key, algorithm=algorithm, headers={"kid": "ours"})
            return {**answer, "id_token": signed}

        self.lies["/oauth2/token"] = token

    def run(self) -> threading.Thread:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: Callable) -> list[bytes]:
        with self._app.request_context(environ) as asked:
            if asked.request.path == "/oauth2/token":
                self.heard.append(dict(asked.request.form))
            response = self._app.full_dispatch_request()
        lie = self.lies.get(asked.request.path)
        if lie and response.status_code == 200:
            response.set_data(json.dumps(lie(json.loads(response.get_data()))))
        return list(response(environ, start))


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider."""
    made = Provider()
    thread = made.run()
    try:
        yield made
    finally:
        if thread.is_alive():
            made.stop()


def returning(answer: Any, sub: str, **changed: str) -> str:
    """Do at the provider what a browser and a person do there, and return the address they come back to."""
    there = urlsplit(answer.context["there"])
    asked = urlencode({**dict(parse_qsl(there.query)), **changed})
    place = there._replace(query=asked).geturl()
    back = urlsplit(requests.post(place, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"])
    return f"{back.path}?{back.query}"


def come(client: Client, sub: str, *, begin: str = "/accounts/oidc/", **changed: str) -> Any:
    """Leave for the provider, be `sub` there, and come back."""
    return client.get(returning(client.post(begin), sub, **changed))


def asked_for(answer: Any) -> dict[str, str]:
    """Return what a browser takes along to the provider."""
    return {name: each[0] for name, each in parse_qs(urlsplit(answer.context["there"]).query).items()}


def challenge_of(verifier: str) -> str:
    """Return the challenge that a verifier answers (PKCE)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def soon() -> int:
    """Return when a token of now would end."""
    return int(time.time()) + 600


def other_key() -> rsa.RSAPrivateKey:
    """Return a key that no provider has published."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def who(client: Client) -> str | None:
    """Return who is signed in, by their id."""
    return client.session.get("_auth_user_id")


def sentence(answer: Any) -> tuple[int, str]:
    """Return with what status and in which words somebody was told that they are not signed in."""
    return answer.status_code, answer.context["sentence"]


def only_there(person: Any) -> None:
    """Leave a person no password here: they come by the provider, or not at all."""
    person.set_unusable_password()
    person.save()
