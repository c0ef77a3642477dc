"""Who may send a large body, and how many at once: each may put a whole file on the disk before anybody looks into it."""

import logging
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, parse_cookie
from django.urls import Resolver404, resolve

from operant.panel.tokens import actions as tokens
from operant.platform import tenancy
from operant.platform.api import entrance
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import Refusal, TooMany

log = logging.getLogger("operant.web")
# Of a process, and of a person: whoever sends slowly holds a place for as long as a whole file takes.
MOST, MOST_EACH, RETRY_AFTER = 8, 2, 10
TOO_MANY = "Many files are being sent at this moment. Send it again in a little while."
TOO_MANY_OF_YOURS = "Other files of yours are still on their way. Send this one again when one of them has arrived."
AWAY = "The database does not answer at this moment, so nothing was taken. Send it again in a little while."


class Unavailable(Refusal):
    """It cannot be taken now, and can be sent again soon."""

    status = 503
    code = "unavailable"
    retry_after = RETRY_AFTER


class Upload:
    """A large body on its way: one place of this process, and one of its sender's."""

    def __init__(self) -> None:
        self._has_place, self._sender = False, None

    async def begin(self, scope: dict[str, Any]) -> bool:
        """
        Return whether this address takes files from whoever sends this.

        :raises TooMany: when its sender has no place left. :raises Unavailable: when nobody has, or nobody can tell.
        """
        view = _view(scope["path"])
        if not getattr(view, "takes_files", False):
            return False
        # Before the sender is known: no more of those who only claim to be somebody ask the database at once either.
        self._enter()
        sender = await _sender(scope, view)
        if sender is not None:
            self._share(sender)
        return sender is not None

    def end(self) -> None:
        """Give the places back."""
        global _running
        _running -= self._has_place
        if self._sender is not None:
            _senders.subtract([self._sender])
            if not _senders[self._sender]:
                del _senders[self._sender]
        self._has_place, self._sender = False, None

    def _enter(self) -> None:
        global _running
        if _running >= MOST:
            raise Unavailable(TOO_MANY)
        _running += 1
        self._has_place = True

    def _share(self, sender: UUID) -> None:
        if _senders[sender] >= MOST_EACH:
            raise TooMany(TOO_MANY_OF_YOURS, retry_after=RETRY_AFTER)
        _senders[sender] += 1
        self._sender = sender


_running = 0
_senders: Counter[UUID] = Counter()


def _view(path: str) -> Any:
    try:
        return resolve(path).func
    except Resolver404:
        return None


async def _sender(scope: dict[str, Any], view: Any) -> UUID | None:
    # Django would put the whole file on the disk before it asks who sends it.
    headers = dict(scope["headers"])
    asked: Callable[[str, Any], UUID | None]
    asked, name = (_holder, b"authorization") if getattr(view, "auth", "") == "token" else (_signed_in, b"cookie")
    try:
        return await in_thread(lambda: asked(headers.get(name, b"").decode("latin-1"), view))
    except (OperationalError, InterfaceError) as error:
        log.warning("Nobody could tell who sends a large file (%s).", type(error).__name__)
        raise Unavailable(AWAY) from None


def _holder(header: str, view: Any) -> UUID | None:
    try:
        caller = tokens.recognize(entrance.shown(header))
    except Refusal:
        return None
    # By whom it acts for, not by the token: one may make a hundred.
    return caller.actor.pk if not caller.pace.wait and view.files_need in caller.scopes else None


def _signed_in(header: str, view: Any) -> UUID | None:
    key = parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    with tenancy.reception():
        return get_user(request).pk
