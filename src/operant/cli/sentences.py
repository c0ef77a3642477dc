"""One sentence for every way in which a command may fail."""

import psycopg

from operant.cli.failures import Failure
from operant.platform.refusals import Invalid, Refusal


def of(error: Exception) -> str:
    """Return what to tell the person who typed the command."""
    if isinstance(error, Failure | Refusal) or type(error).__name__ == "NotIsolated":
        return str(error)
    cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
    if isinstance(cause, psycopg.OperationalError):
        return f"The database cannot be reached: {_first_line(cause)}. Ask what is wrong with: operant doctor"
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return f"The database role may not do this: {_first_line(cause)}."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}." if error.filename else f"{error.strerror}."
    said = _first_line(error) or type(error).__name__
    return f"This was not expected: {said}. Run it again with OPERANT_DEBUG=1 to see where it happened."


def exit_code(error: Exception) -> int:
    """Return 2 when other input is needed, otherwise 1."""
    return error.exit_code if isinstance(error, Failure) else 2 if isinstance(error, Invalid) else 1


def _first_line(error: Exception) -> str:
    return next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), "")
