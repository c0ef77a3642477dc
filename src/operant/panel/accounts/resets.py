"""
A code that resets a password is for the account as it was when it was asked for.

allauth lets it live out its time, whatever happens to the account meanwhile: one sent to an address that the account no
longer has would still open it. Two methods of its process are replaced, which has no door for this;
tests/test_passwords.py pins what they rely on.
"""

from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess as Process

ACCOUNT = "account"
_persist, _is_valid = Process.persist, Process.is_valid


def install() -> None:
    """Let codes end with the address, the password or the sessions that the account had."""
    Process.persist, Process.is_valid = persist, is_valid


def persist(process: Process) -> None:
    process.state.setdefault(ACCOUNT, _account(process))
    _persist(process)


def is_valid(process: Process) -> bool:
    return _is_valid(process) and process.state.get(ACCOUNT) == _account(process)


def _account(process: Process) -> str:
    return process.user.get_session_auth_hash() if process.user else ""
