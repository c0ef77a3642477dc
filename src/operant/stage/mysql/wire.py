"""PyMySQL's connection: told how far it comes, and without the ways to sign in that show a password to whoever listens."""

import ssl
from typing import Any

from pymysql import _auth
from pymysql.connections import Connection
from pymysql.err import OperationalError

from ..calls.reaching import Reached
from .database import Database

NOT_THIS_WAY = "a way of signing in that is not used here"
_FULL = b"\x04"


class Wire(Connection):
    """A connection that does nothing but connect, sign in, and carry packets. It reads no file of this machine."""

    def __init__(self, database: Database, host: str, reached: Reached) -> None:
        trust = database.trust()
        super().__init__(
            host=host, port=database.port, user=database.user, password=database.password.encode(), database=database.name,
            charset="utf8mb4", conv={}, autocommit=None, local_infile=False, program_name="operant", defer_connect=True,
            ssl=trust, ssl_disabled=trust is None, auth_plugin_map={} if trust else _HASHED_ONLY,
        )  # fmt: skip
        if trust:
            self.ctx = _Encrypting(trust, reached)


class _Encrypting:
    def __init__(self, trust: ssl.SSLContext, reached: Reached) -> None:
        self._trust, self._reached = trust, reached

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        wrapped = self._trust.wrap_socket(*args, **kwargs)
        self._reached("sign_in")
        return wrapped


class _Refused:
    def __init__(self, wire: Connection) -> None:
        self._wire = wire

    def authenticate(self, packet: Any) -> Any:
        raise OperationalError(0, NOT_THIS_WAY)


class _Hashed(_Refused):
    """caching_sha2_password as far as it sends a hash. What follows would send the password to whoever shows a key."""

    def authenticate(self, packet: Any) -> Any:
        wire = self._wire
        if packet.is_auth_switch_request():
            wire.salt = packet.read_all().removesuffix(b"\0")
            wire.write_packet(_auth.scramble_caching_sha2(wire.password, wire.salt))
            return wire._read_packet()
        if packet.get_bytes(1) == _FULL:
            raise OperationalError(0, NOT_THIS_WAY)
        return wire._read_packet()


_HASHED_ONLY = {
    **dict.fromkeys(("mysql_clear_password", "dialog", "sha256_password", "mysql_old_password"), _Refused),
    "caching_sha2_password": _Hashed,
}
