"""A person takes a copy of what the house holds about them."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.holdings import Holding, holdings
from operant.platform.refusals import TooMany

from .. import events
from ..home import at_home
from ..models import Person, Tries
from ..notices import tell

MOST = 100_000
"""How many rows of one kind a copy holds, the newest first."""
A_DAY, DAY = 5, 86400
ABOUT = """What {name} asked for at {at:%Y-%m-%d %H:%M} UTC: a copy of what this installation of Operant holds about them.

Each file is a JSON list. No secret is in it: no password, key, code or token, of which Operant keeps hashes or seals.
What others wrote about you stays where it belongs: with the organization whose log it is in. So does what an organization
holds of you that you left or cannot enter now: ask its owners. Backups hold what they held when they were made.

{files}
{notes}"""

Places = Iterable[tuple[str, AbstractContextManager[None]]]


def take_copy(*, person: Person, places: Places, closed: Iterable[str] = ()) -> IO[bytes]:
    """
    This function will write a ZIP file of everything that is held about a person, and announce that. Opens its own scopes.

    `places` are the organizations they belong to: a name each, and the scope to read in. `closed` names those left out.

    :raises TooMany: when they took five within a day.
    """
    _ensure_room(person)
    notes = [f"{name} is left out: it demands a second factor that you have not set up." for name in closed]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as folder:
        with at_home(person):
            announce(events.CopyTaken(name=person.name), about=person)
            tell(person, "copy_taken")
            notes += _written(folder, "account", holdings(), person)
        for name, scope in places:
            with scope:
                theirs = (each for each in holdings() if each.of_organizations)
                notes += _written(folder, f"organizations/{name}", theirs, person)
        files = "\n".join(f"{each.name}.json: {each.what}" for each in holdings())
        told = {"name": person.name, "at": clock.now(), "files": files, "notes": "\n".join(notes)}
        folder.writestr("README.txt", ABOUT.format(**told))
    file.seek(0)
    return file


def _ensure_room(person: Person) -> None:
    key = hashlib.sha256(f"accounts.copy:{person.pk}".encode()).hexdigest()
    if Tries.take(key, most=A_DAY, seconds=DAY) is None:
        raise TooMany(f"You took {A_DAY} copies within a day. Take the next one tomorrow.", retry_after=DAY)


def _written(folder: ZipFile, place: str, kinds: Iterable[Holding], person: Person) -> list[str]:
    """Write one file for each kind, and return what is to be said of those that are cut."""
    notes = []
    for kind in kinds:
        name, found = f"{place}/{kind.name}.json", kind.rows(person.pk)
        rows = iter(found[: MOST + 1] if isinstance(found, QuerySet) else found)
        with folder.open(name, "w") as file:
            for piece in _listed(islice(rows, MOST)):
                file.write(piece)
        if next(rows, None) is not None:
            notes.append(f"{name} holds the newest {MOST:,} only.")
    return notes


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(rows):
        # As their users know them: the account, and not the key of its table.
        named = {name.replace("__", "_"): value for name, value in row.items()}
        yield (b",\n" if number else b"\n") + json.dumps(named, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
    yield b"\n]\n"
