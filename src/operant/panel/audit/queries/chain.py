from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, F, IntegerField, OuterRef, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from operant.platform.crypto import signatures
from operant.platform.events.models import Announcement, PersonalValue

from .. import events
from ..models import Check, Checkpoint, Seal, Unsealed
from ..verify import NOTHING


@dataclass(frozen=True)
class Chain:
    """How the organization's chain stands."""

    sealed: int
    waiting: int
    checkpoint: Checkpoint | None
    check: Check | None
    fingerprint: str


def chain() -> Chain:
    """Return how the chain of the organization in scope stands."""
    return Chain(
        head()[0], Unsealed.objects.count(), checkpoint(), check(), signatures.fingerprint(signatures.public_key())
    )


def head() -> tuple[int, bytes]:
    """Return the number and the hash of the last seal; nothing has the number 0."""
    found = Seal.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return (found[0], bytes(found[1])) if found else (0, bytes.fromhex(NOTHING))


def before(seal: Seal) -> bytes:
    """Return the hash that a seal follows."""
    found = Seal.objects.filter(sequence=seal.sequence - 1).values_list("hash", flat=True).first()
    return bytes(found) if found else bytes.fromhex(NOTHING)


def checkpoint() -> Checkpoint | None:
    """Return the last checkpoint."""
    return Checkpoint.objects.order_by("-sequence").first()


def check() -> Check | None:
    """Return the last time that the chain was read from end to end, or is being."""
    return Check.objects.order_by("-begun_at", "pk").first()


def unaccounted() -> str:
    """Return what is wrong with the log beside its chain: entries that wait for no seal, values that nobody erased."""
    without = Announcement.objects.filter(
        ~Exists(Seal.objects.filter(event=OuterRef("pk"))), ~Exists(Unsealed.objects.filter(event=OuterRef("pk")))
    ).count()
    if without:
        return f"{without:,} entries are not in the chain and do not wait for it."
    missing = _committed() - PersonalValue.objects.count() - _erased()
    return f"{missing:,} personal values are gone that nobody erased." if missing > 0 else ""


def _committed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_announcement, jsonb_object_keys(commitments)")
        return cursor.fetchone()[0]


def _erased() -> int:
    told = Announcement.objects.filter(name=events.ValuesErased.NAME)
    values = told.annotate(values=Cast(KT("payload__values"), IntegerField()))
    return values.aggregate(all=Sum(F("values")))["all"] or 0
