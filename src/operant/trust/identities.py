"""The key pair of backups: its public half stays here, its private half goes where this machine cannot read it."""

import os
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from operant.platform.refusals import Invalid, Refusal

KEPT = "keys/backup.recipient"


def make(home: Path, path: Path, *, replace: bool = False, inside: bool = False) -> Recipient:
    """
    Make a key pair: the identity is written to `path`, the recipient is kept in the home.

    :raises Refusal: when there is a pair already, or the identity would lie beside what it protects.
    """
    recipient_file = home / KEPT
    if recipient_file.exists() and not replace:
        raise Refusal(
            f"Backups are encrypted to {recipient_file} already. With --replace later ones go to a new key; "
            "keep the old identity for as long as you keep the old backups."
        )
    if path.resolve().is_relative_to(home.resolve()) and not inside:
        raise Refusal(
            f"{path} lies in OPERANT_HOME: who takes the machine would take the key to its backups along. "
            "Choose a place elsewhere, such as a stick or a password store (--inside if you mean it)."
        )
    identity = Identity.generate()
    _write(path, f"# Opens the backups of Operant. Whoever has this file can read them all.\n{identity}\n")
    recipient = identity.to_public()
    recipient_file.unlink(missing_ok=True)
    _write(recipient_file, f"{recipient}\n")
    return recipient


def recipient(home: Path) -> Recipient:
    """
    Return the public key that this home's backups are encrypted to.

    :raises Invalid: when there is none yet.
    """
    try:
        return Recipient.from_str((home / KEPT).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise Invalid("Backups need a key first: operant backup key /media/stick/operant-backup.key") from None
    except (pyrage.RecipientError, UnicodeDecodeError):
        raise Invalid(f"{home / KEPT} holds no age recipient.") from None


def identity(path: Path) -> Identity:
    """
    Return the private key in a file, as `make` or age-keygen writes it.

    :raises Invalid: when there is none in it.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        return Identity.from_str(next(line.strip() for line in lines if line and not line.startswith("#")))
    except OSError as error:
        raise Invalid(f"The identity {path} cannot be read: {error.strerror}.") from None
    except (pyrage.IdentityError, UnicodeDecodeError, StopIteration):
        raise Invalid(f"{path} holds no identity of age: a line that begins with AGE-SECRET-KEY-1.") from None


def _write(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal(f"{path} exists already and is left as it is: name another file.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
