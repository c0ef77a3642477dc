"""An organization's log as lines, as `verify.py` reads them. What is hashed is exactly what stands in a line."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from operant.platform.crypto import signatures
from operant.platform.events.committing import canonical, opened
from operant.platform.events.models import Announcement

from . import verify
from .models import Checkpoint, Seal


def entry(announcement: Announcement, *, sequence: int, previous: bytes) -> bytes:
    """Return an entry in the form that is hashed, at its place in the chain."""
    row = announcement
    return canonical({
        "chain": {"previous": bytes(previous).hex(), "sequence": sequence},
        "commitments": row.commitments,
        "event": row.name,
        "fields": row.payload,
        "id": str(row.pk),
        "organization": str(row.organization_id),
        "request": row.request_id,
        "subject": {"id": _id(row.subject_id), "kind": row.subject_kind},
        "when": instant(row.at),
        "who": {"id": _id(row.actor_id), "kind": row.actor_kind, "label": row.actor_label, "person": _id(row.person_id)},
    }).encode()  # fmt: skip


def hashed(entry: bytes) -> bytes:
    """Return an entry's hash."""
    return hashlib.sha256(entry).digest()


def line(seal: Seal, previous: bytes) -> bytes:
    """Return a sealed entry as a line: the hash it was sealed with, what it says now, and what is known of people."""
    said = entry(seal.event, sequence=seal.sequence, previous=previous)
    known = ",".join(opened(each.salt, each.texts) for each in sorted(seal.event.personal.all(), key=lambda each: each.part))
    return b"".join(
        (verify.HASH, bytes(seal.hash).hex().encode(), verify.HASHED, said, verify.PERSONAL, known.encode(), b"]}\n")
    )


def begin(organization_id: UUID, slug: str, at: datetime) -> bytes:
    """Return the first line: whose log it is, and when it was written down."""
    return _line("audit", {"format": verify.FORMAT, "made": instant(at), "organization": str(organization_id), "slug": slug})


def key(public: bytes) -> bytes:
    """Return the line of a key that signed."""
    return _line("key", {"fingerprint": signatures.fingerprint(public), "public": public.hex()})


def stated(*, organization_id: UUID, sequence: int, head: bytes, date: str, public: bytes) -> dict[str, Any]:
    """Return what a checkpoint states, without its signature."""
    return {
        "date": date, "fingerprint": signatures.fingerprint(public), "head": bytes(head).hex(),
        "organization": str(organization_id), "sequence": sequence,
    }  # fmt: skip


def checkpoint(row: Checkpoint) -> bytes:
    """Return a checkpoint's line."""
    said = stated(
        organization_id=row.organization_id, sequence=row.sequence, head=row.head, date=row.date.isoformat(),
        public=bytes(row.public_key),
    )  # fmt: skip
    return _line("checkpoint", {**said, "signature": bytes(row.signature).hex()})


def end(log: verify.Log) -> bytes:
    """Return the last line, signed: what was written of a log before it."""
    said = {
        "checkpoints": log.checkpoints, "entries": log.entries, "fingerprint": signatures.fingerprint(signatures.public_key()),
        "head": log.head, "lines": log.others.hexdigest(), "organization": log.organization, "personal": log.personal,
        "sequence": log.sequence,
    }  # fmt: skip
    return _line("end", {**said, "signature": signatures.sign(verify.signed("end", said)).hex()})


def instant(at: datetime) -> str:
    """Return an instant as it stands in lines."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def keys(checkpoints: Iterable[Checkpoint]) -> list[bytes]:
    """Return the lines of every key that signed one of these, or signs now."""
    found = {bytes(each.public_key) for each in checkpoints} | {signatures.public_key()}
    return [key(each) for each in sorted(found)]


def _line(kind: str, said: dict[str, Any]) -> bytes:
    return verify.canonical({kind: said}) + b"\n"


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None
