"""The audit log: checking an exported log of a million entries, beside hashing its lines and doing nothing else."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from bench.rows import Row, share
from bench.run import Bench
from bench.timing import in_turns

ENTRIES, ROUNDS, MOST_SECONDS = 1_000_000, 3, 420
A_DAY = 2_740  # so many entries between two checkpoints: a year of them
PEER = "hashlib.sha256 over each line of the same file, in a plain loop"


def run(bench: Bench, entries: int = ENTRIES, rounds: int = ROUNDS) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="operant-bench-audit-") as folder:
        file = Path(folder) / "log.jsonl"
        bench.say(f"writing a log of {entries:,} entries")
        with file.open("wb") as out:
            out.writelines(lines(entries))
        bench.note(f"audit: {file.stat().st_size / 1e6:,.0f} MB, {entries:,} entries, each with one group of personal values")
        found = in_turns(rounds, {"ours": lambda: _verified(file, entries), "peer": lambda: _hashed(file)})
    ours, peer = (statistics.median(found[name]) for name in ("ours", "peer"))
    yield Row(f"verifying {entries:,} audit entries", ours, "s", share(3, "at most 3 times hashing them"), peer, PEER)


def lines(entries: int) -> Iterator[bytes]:
    """Give an organization's log as an export has it, without a database: what is written is the same."""
    from operant.panel.audit import lines as made
    from operant.panel.audit import verify
    from operant.panel.audit.models import Checkpoint
    from operant.platform.crypto import signatures
    from operant.platform.events.committing import opened, salt

    organization, person, log, at = uuid4(), uuid4(), verify.Log(), datetime(2026, 1, 1, tzinfo=UTC)

    def others(line: bytes) -> bytes:
        log.others.update(line)
        return line

    log.organization = str(organization)
    yield others(made.begin(organization, "bench", at))
    yield others(made.key(signatures.public_key()))
    for number in range(1, entries + 1):
        texts, key = {"actor.ip": "203.0.113.7", "actor.name": "Ada Brandt", "published_by": "Ada Brandt"}, salt()
        row = _announcement(organization, person, at + timedelta(seconds=number), number, key, texts)
        said = made.entry(row, sequence=number, previous=bytes.fromhex(log.head))
        head = made.hashed(said)
        log.head, log.sequence, log.entries, log.personal = head.hex(), number, number, number
        yield b"".join((verify.HASH, log.head.encode(), verify.HASHED, said, verify.PERSONAL, opened(key, texts).encode(), b"]}\n"))
        if number % A_DAY == 0 or number == entries:
            log.checkpoints += 1
            yield others(made.checkpoint(_checkpoint(Checkpoint, organization, number, head, row.at)))
    yield made.end(log)


def _announcement(organization: UUID, person: UUID, at: datetime, number: int, key: bytes, texts: dict[str, str]):
    from operant.platform.events.committing import commitment
    from operant.platform.events.models import Announcement

    payload = {"dashboard_id": "dsh_27x6pvTCKXn5fQuzUUGeD7", "name": "Company pulse", "note": "", "number": number,
               "published_by": {"personal": "actor"}, "version_id": "ver_J1zFuRhCKVgeUzhUdjgTGi"}  # fmt: skip
    return Announcement(
        organization_id=organization, name="stage.dashboard.published", payload=payload,
        commitments={"actor": commitment(key, texts)}, actor_kind="person", actor_id=person, person_id=person,
        request_id="75de046641f2", subject_kind="stage.Dashboard", subject_id=organization, at=at,
    )  # fmt: skip


def _checkpoint(model: type, organization: UUID, sequence: int, head: bytes, at: datetime):
    from operant.panel.audit import lines as made
    from operant.panel.audit import verify
    from operant.platform.crypto import signatures

    public, date = signatures.public_key(), at.date()
    said = made.stated(organization_id=organization, sequence=sequence, head=head, date=date.isoformat(), public=public)
    return model(
        organization_id=organization, sequence=sequence, head=head, date=date, public_key=public,
        signature=signatures.sign(verify.signed("checkpoint", said)),
    )  # fmt: skip


def _verified(file: Path, entries: int) -> float:
    from operant.panel.audit import verify

    began = time.perf_counter()
    log = verify.verify(str(file))
    took = time.perf_counter() - began
    if log.entries != entries:
        raise LookupError(f"The log has {log.entries} entries.")
    return took


def _hashed(file: Path) -> float:
    began = time.perf_counter()
    with file.open("rb", buffering=1 << 20) as opened:
        for line in opened:
            sha256(line).digest()
    return time.perf_counter() - began
