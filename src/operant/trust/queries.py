"""What can be learned from a backup without bringing it back."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.db.migrations.loader import MigrationLoader
from pyrage.x25519 import Identity

from operant import __version__
from operant.platform.crypto import Ring
from operant.platform.refusals import Invalid, Refusal

from .archive.contents import DATABASE, FILES, MANIFEST, MASTER_KEY, Head, Manifest
from .archive.reading import reading
from .database.loading import Counter, Script
from .showing import Progress, size


def verify(path: Path, identity: Identity, say: Callable[[str], None]) -> tuple[Head, Manifest]:
    """
    This function will read a whole backup and compare it with its manifest: rows, files, hashes.

    :raises Invalid: when it is none, or the identity is another's. :raises Refusal: when it is not whole.
    """
    progress, counter = Progress(say), Counter()
    script, manifest = Script(counter), None
    seen, changed, total, kept = 0, [], 0, b""
    with reading(path, identity) as archive:
        for member in archive.members():
            total += member.size
            progress.at(f"{size(total)} read")
            if member.name.startswith(DATABASE):
                for piece in member.pieces():
                    script.feed(piece)
            elif member.name.startswith(FILES):
                seen += 1
                if member.digest() != member.sha256:
                    changed.append(member.name.removeprefix(FILES))
            elif member.name == MASTER_KEY:
                kept = member.content.read()
            elif member.name == MANIFEST:
                manifest = member.parsed(Manifest)
        script.finish()
    manifest = whole(manifest, seen, changed)
    wrong = [name for name, table in manifest.tables.items() if counter.rows.get(name) != table.rows]
    if wrong:
        raise Refusal(f"The backup holds other rows than its manifest says: {', '.join(wrong)}.")
    ring(kept)
    return archive.head, manifest


def whole(manifest: Manifest | None, files: int, changed: list[str]) -> Manifest:
    """
    Return the manifest of an archive in which these files were seen.

    :raises Refusal: when there is none, or it names others.
    """
    if manifest is None:
        raise Refusal("The backup has no manifest: it was not finished.")
    if files != manifest.files or changed != manifest.changed:
        raise Refusal("The backup holds other files than its manifest says.")
    return manifest


def ring(content: bytes) -> str:
    """
    Return the ring of keys of an archive.

    :raises Refusal: when it holds none: what is sealed in its tables could not be opened.
    """
    try:
        return Ring.parsed(content.decode("ascii")).text
    except ValueError:
        raise Refusal(
            "The backup holds no ring of keys that can be read, and without it passwords and mails in it stay sealed. "
            "Use another backup."
        ) from None


def fits(head: Head) -> None:
    """
    Make sure that this program knows everything that was done to a backup's tables.

    :raises Invalid: when the backup is newer, with the version it needs.
    """
    if unknown := sorted(set(head.migrations) - known_migrations()):
        raise Invalid(
            f"The backup was made by Operant {head.operant}, and its tables are newer than this program "
            f"({__version__} does not know {_few(unknown)}). Restore it with Operant {head.operant} or newer."
        )


def known_migrations() -> set[str]:
    """Return the names of all migrations of this program."""
    loader = MigrationLoader(None)
    replaced = [name for migration in loader.disk_migrations.values() for name in migration.replaces]
    return {f"{app}.{name}" for app, name in [*loader.disk_migrations, *replaced]}


def _few(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
