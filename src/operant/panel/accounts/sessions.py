"""Sessions in the database, sealed: what a session holds (codes, secrets being set up) is never in clear there."""

from base64 import b64decode, b64encode
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from operant.platform.crypto import BrokenSeal, seal, unseal

CONTEXT = "accounts.session"
SIGN_IN = "sign_in"
"""Under which a session keeps the id of the sign-in that it came from."""


class SessionStore(DatabaseStore):
    """Django's database sessions with their content sealed. A session that cannot be opened is empty."""

    @classmethod
    def get_model_class(cls) -> type:
        from .models import Session

        return Session

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        content = self.decode(row.session_data)
        if SESSION_KEY in content:
            row.see(content[SESSION_KEY])
        return content

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.person_id, row.sign_in_id = data.get(SESSION_KEY), data.get(SIGN_IN)
        return row

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal(self.serializer().dumps(session_dict), context=CONTEXT)).decode()

    def decode(self, session_data: str) -> dict[str, Any]:
        try:
            return self.serializer().loads(unseal(b64decode(session_data), context=CONTEXT))
        except (BrokenSeal, ValueError):
            return {}
