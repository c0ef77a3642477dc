"""Landlock: after `restrict`, this process can open the given files and folder, and nothing else on the machine.

The kernel keeps this promise even for a process whose memory an attacker controls, and needs no root for it.
"""

import ctypes

from . import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ_FILE = 1 << 2
# How many file system rights each version of Landlock knows; an older kernel refuses rights that it does not know.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_RIGHTS = 16
_TCP, _SIGNALS_AND_ABSTRACT_SOCKETS = 0b11, 0b11


class _Rules(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scope", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32)]


def version() -> int:
    """Landlock's version in this kernel; 0 when it has none."""
    return max(0, kernel.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def restrict(files: list[int], folder: int | None) -> bool:
    abi = version()
    if not abi:
        return False
    everything = (1 << _RIGHTS.get(abi, _NEWEST_RIGHTS)) - 1
    rules = _Rules(everything, _TCP if abi >= 4 else 0, _SIGNALS_AND_ABSTRACT_SOCKETS if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = kernel.syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    allowed = [_allow(ruleset, file, _READ_FILE) for file in files]
    if folder is not None:
        allowed.append(_allow(ruleset, folder, everything & ~1))
    return all(allowed) and kernel.syscall(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0


def _allow(ruleset: int, descriptor: int, rights: int) -> bool:
    rule = _Beneath(rights, descriptor)
    return kernel.syscall(_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0)) == 0
