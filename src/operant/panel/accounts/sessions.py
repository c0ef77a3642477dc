"""Sessions in the database, sealed: what a session holds (codes, secrets being set up) is never in clear there."""

from base64 import b64decode, b64encode
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from operant.platform.crypto import BrokenSeal, seal, unseal

CONTEXT = "accounts.session"


class SessionStore(DatabaseStore):
    """Django's database sessions with their content sealed. A session that cannot be opened is empty."""

    @classmethod
    def get_model_class(cls) -> type:
        from .models import Session

        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal(self.serializer().dumps(session_dict), context=CONTEXT)).decode()

    def decode(self, session_data: str) -> dict[str, Any]:
        try:
            return self.serializer().loads(unseal(b64decode(session_data), context=CONTEXT))
        except (BrokenSeal, ValueError):
            return {}
