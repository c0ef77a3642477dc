"""A program for tests: it has a token and speaks JSON."""

import json
from typing import Any

from django.test import Client

from operant.config.api import ROUTES
from operant.panel.organizations.models import Membership
from operant.panel.tokens import actions
from operant.panel.tokens.models import Token
from operant.platform.api.scopes import known

ROOT = "/api/v1/"
assert ROUTES, "rooms declare their scopes when their endpoints are put together"


class Program:
    """Each method is one request; answers of refused ones are returned like all others."""

    def __init__(self, token: str = "") -> None:
        self.client, self.token = Client(raise_request_exception=False), token

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def send(self, path: str, file: Any, **headers: str) -> Any:
        """Send a file as the part `file` of a form."""
        return self.client.post(ROOT + path, {"file": file}, headers=self._named(headers))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, str | bytes) else b"" if body is None else json.dumps(body)
        named = self._named(headers)
        return self.client.generic(method, ROOT + path, raw, content_type="application/json", headers=named)

    def _named(self, headers: dict[str, str]) -> dict[str, str]:
        shown = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return shown | {name.replace("_", "-"): value for name, value in headers.items()}


def made(cast_scope: Any, person: Any, *, scopes: list[str] | None = None, **told: Any) -> tuple[Token, str]:
    """Return a token of somebody and its text, with every scope unless told."""
    with cast_scope(person):
        by = Membership.objects.select_related("person").get(person=person)
        named = [scope.name for scope in known()] if scopes is None else scopes
        return actions.make(by=by, name=told.pop("name", "Nightly"), scopes=named, **told)


def program(cast_scope: Any, person: Any, **told: Any) -> Program:
    """Return a program with a token of somebody: `program(cast.at_harbour, cast.ann)`."""
    return Program(made(cast_scope, person, **told)[1])
