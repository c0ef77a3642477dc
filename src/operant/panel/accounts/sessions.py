"""
Sessions in the database. What a session holds (codes, secrets being set up) is sealed there, and of its key, which lets
in whoever has it, there is a hash: nobody enters with what a dump of the database holds.
"""

import hashlib
from base64 import b64decode, b64encode
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models.functions import Now

from operant.platform import tenancy
from operant.platform.crypto import BrokenSeal, seal, unseal
from operant.platform.statements import Written

CONTEXT = "accounts.session"
SIGN_IN = "sign_in"
"""Under which a session keeps the id of the sign-in that it came from."""


def fingerprint(key: str) -> str:
    """Return what is kept of a session's key. Keys are too long to be guessed, so a plain hash tells nothing of them."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's database sessions, sealed and under hashes of their keys. A session that cannot be opened is empty."""

    person: Any = None
    """Whose session its row says that it is: read with it, since every page asks for both."""

    save = tenancy.reception()(DatabaseStore.save)

    @classmethod
    def get_model_class(cls) -> type:
        from .models import Session

        return Session

    @tenancy.reception()
    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            self._session_key = None  # a key that somebody made up is never taken over
            return {}
        content, self.person = self.decode(row.session_data), row.person
        if SESSION_KEY in content:
            row.see(content[SESSION_KEY])
        return content

    @tenancy.reception()
    def exists(self, session_key: str) -> bool:
        return super().exists(fingerprint(session_key))

    @tenancy.reception()
    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(fingerprint(key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.pk = fingerprint(row.pk)
        row.person_id, row.sign_in_id = data.get(SESSION_KEY), data.get(SIGN_IN)
        return row

    def _get_session_from_db(self) -> Any:
        return _living.first(fingerprint(self.session_key))

    # Django's own would look for the key itself, and write it.
    aload = sync_to_async(load)
    aexists = sync_to_async(exists)
    adelete = sync_to_async(delete)
    acreate_model_instance = sync_to_async(create_model_instance)

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal(self.serializer().dumps(session_dict), context=CONTEXT)).decode()

    def decode(self, session_data: str) -> dict[str, Any]:
        try:
            return self.serializer().loads(unseal(b64decode(session_data), context=CONTEXT))
        except (BrokenSeal, ValueError):
            return {}


def _with_person(key: Any) -> Any:
    rows = SessionStore.get_model_class().objects.select_related("person")
    return rows.filter(pk=key, expire_date__gt=Now())


_living = Written(_with_person)
