"""
A POST that is sent again: whoever names it with an `Idempotency-Key` gets one effect and the same answer.

The answer is kept in the transaction of the effect, so no crash can part them. A refused request leaves nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from operant.platform import retention, tenancy
from operant.platform.refusals import Invalid, Refusal

from .callers import Caller

if TYPE_CHECKING:
    from django.db.models import Manager

    from .models import Answer

HEADER = "Idempotency-Key"
KEPT = retention.keep(
    "answers", "Answers of the API, for requests that are repeated", kept=timedelta(hours=24), since="after they were given",
    chore="api.forget_answers",
)  # fmt: skip
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "Location")


class OtherRequest(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class InUse(Refusal):
    """A request with the key is at work; its answer can be had soon."""

    code = "idempotency_key_in_use"
    retry_after = 1


def key_of(request: HttpRequest) -> str:
    """
    Return the key a request came with, or nothing.

    :raises Invalid: when it is no key: 1 to 255 visible characters of ASCII.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return ""
    if not 1 <= len(key) <= LONGEST or not all("!" <= letter <= "~" for letter in key):
        raise Invalid(f"{HEADER} is 1 to {LONGEST} visible characters of ASCII, for example a UUID.")
    return key


def replayed(request: HttpRequest, caller: Caller, key: str) -> HttpResponse | None:
    """
    Return what the request was answered before. Inside the scope.

    :raises OtherRequest: when the key stands for another request.
    """
    since = KEPT.cutoff
    kept = _kept().filter(client=caller.client, key=key, created_at__gt=since).first()
    if kept is None:
        return None
    if bytes(kept.fingerprint) != _fingerprint(request):
        raise OtherRequest(f"This {HEADER} was used for another request. Use a new one for each.")
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(kept.body, status=kept.status, headers=headers)


def once(request: HttpRequest, caller: Caller, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """
    Do the work and keep its answer, or return what was kept. Inside the scope of the effect.

    :raises InUse: when a request with the same key has not committed yet.
    """
    _lock(caller, key)
    before = replayed(request, caller, key)
    if before is not None:
        return before
    response = work()
    _kept().filter(client=caller.client, key=key).delete()
    _kept().create(
        client=caller.client, key=key, fingerprint=_fingerprint(request), status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=response.content.decode(),
    )
    return response


def forget_old() -> None:
    """Delete the answers that are older than a day. Inside the scope."""
    _kept().filter(created_at__lte=KEPT.cutoff).delete()


def _kept() -> "Manager[Answer]":
    from .models import Answer  # the package is imported before models are ready

    return Answer.objects


def lock_of(client: UUID, key: str) -> str:
    """Return what is locked while a request with this key is at work. Inside the scope."""
    return f"api.answer:{tenancy.current_organization_id()}:{client}:{key}"


def _lock(caller: Caller, key: str) -> None:
    # Never waiting: each that waited would hold one of the few connections that all organizations share.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [lock_of(caller.client, key)])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise InUse(f"A request with this {HEADER} is still at work. Send it again in a moment.")


def _fingerprint(request: HttpRequest) -> bytes:
    # Keyed: bodies hold passwords, and nobody who reads this table may try them out.
    digest = salted_hmac("api.answer", f"{request.method} {request.get_full_path()}\n", algorithm="sha256")
    if request.FILES:
        for name, file in sorted(request.FILES.items()):
            digest.update(f"{name}\0{file.name}\0{file.size}\0".encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    else:
        digest.update(request.body)
    return digest.digest()
