"""The listening socket. The supervisor holds it, so that visitors wait while the web process is replaced."""

import errno
import os
import socket

from operant.cli.failures import BadInput, Failure

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """
    Return a socket that listens on HOST and PORT.

    :raises Failure: when the port is taken, with one that is free.
    :raises BadInput: when there is no such address, or the port needs more rights.
    """
    family, address = _address(host, port)
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = _free(family, address[0], port)
            other = f" Port {free} is free: PORT={free} make run (or PORT={free} operant up)." if free else ""
            raise Failure(f"Port {port} is taken by another program.{other}") from None
        if error.errno == errno.EACCES:
            raise BadInput(f"Port {port} needs more rights than this user has; choose one from 1024 on.") from None
        # Python adds the address to this sentence once more.
        why = os.strerror(error.errno) if error.errno else str(error)
        raise BadInput(f"HOST is {host}, which is not an address of this machine ({why}).") from None


def _address(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise BadInput(f"HOST is {host}, which is not an address of this machine ({error.strerror}).") from None
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, address[:2]


def _free(family: socket.AddressFamily, host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + 50, 65536)):
        try:
            socket.create_server((host, candidate), family=family).close()
        except OSError:
            continue
        return candidate
    return None
