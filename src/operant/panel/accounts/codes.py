"""One-time codes: an app's, and those kept on paper for the day it is lost. What they are; who used them is a row."""

import secrets

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.utils.crypto import constant_time_compare

from operant.platform import clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter that looks like a digit
READ_AS = str.maketrans("OIL", "011", " -")
AT_ONCE, LENGTH, NAMED_BY = 10, 16, 4
# OWASP's smallest: the codes are random already, and what is not named by the readable part is still 60 bits.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS = _hasher.hash("nobody's")


def app_counter(secret: str, code: str) -> int | None:
    """Return the step for which an app with this secret shows `code` now, or None when it shows another."""
    counter = int(clock.now().timestamp()) // app_settings.TOTP_PERIOD
    is_right = constant_time_compare(format_hotp_value(hotp_value(secret, counter)), code)
    return counter if is_right else None


def backup_codes() -> list[str]:
    """Return ten new codes, no two of which begin alike."""
    made: dict[str, str] = {}
    while len(made) < AT_ONCE:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        made[code[:NAMED_BY]] = code
    return list(made.values())


def grouped(code: str) -> str:
    """Return a code as people read it: four and four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(typed: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return typed.upper().translate(READ_AS)


def is_backup(typed: str) -> bool:
    """Return whether this is as long as a backup code, however it was typed, and no app's."""
    return len(read(typed)) == LENGTH


def fingerprint(code: str) -> str:
    """Return what is kept of a backup code."""
    return _hasher.hash(code)


def matches(code: str, kept: str | None) -> bool:
    """Return whether a code has this fingerprint; it takes as long when there is none to compare with."""
    try:
        return _hasher.verify(kept or _NOBODYS, code) and kept is not None
    except VerifyMismatchError:
        return False
