"""The few kernel calls that Python does not offer. Every function says whether the kernel agreed."""

import ctypes
import os
import signal

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_CAPABILITY_VERSION_3 = 0x20080522


def syscall(number: int, *arguments) -> int:
    return _libc.syscall(ctypes.c_long(number), *arguments)


def die_with_parent() -> bool:
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def never_dumped() -> bool:
    """Leave no core file of this process, also where a program takes them, and let no neighbor read its memory."""
    return _prctl(_PR_SET_DUMPABLE, 0)


def no_new_privileges() -> bool:
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def set_filter(program) -> bool:
    return _libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0


def leave_network() -> bool:
    """Move into a user and network namespace of our own, where there is not even a loopback address."""
    return _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0


def drop_capabilities() -> bool:
    """Root without capabilities is an ordinary user; so is anybody who just made a user namespace."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return syscall(_CAPSET[os.uname().machine], header, nothing) == 0 if os.uname().machine in _CAPSET else False


def _prctl(option: int, value: int) -> bool:
    return _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0


_CAPSET = {"x86_64": 126, "aarch64": 91}
