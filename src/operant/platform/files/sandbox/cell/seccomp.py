"""A seccomp filter: no sockets, no programs, no other processes. Threads stay possible, DuckDB needs them."""

import ctypes
import errno
import os

from . import kernel

_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_CLONE_THREAD = 0x00010000
_CLONE3 = 435

# io_uring, pidfd_* carry the same numbers everywhere.
_COMMON = [424, 425, 426, 427, 434, 438]
_MACHINES = {
    # architecture, clone, and: socket connect accept bind listen accept4 fork vfork execve execveat kill tkill tgkill
    # ptrace process_vm_readv process_vm_writev unshare setns mount umount2 pivot_root chroot add_key request_key keyctl
    # bpf perf_event_open userfaultfd open_by_handle_at
    "x86_64": (
        0xC000003E,
        56,
        [41, 42, 43, 49, 50, 288, 57, 58, 59, 322, 62, 200, 234, 101, 310, 311, 272, 308, 165, 166, 155, 161]
        + [248, 249, 250, 321, 298, 323, 304],
    ),
    "aarch64": (
        0xC00000B7,
        220,
        [198, 203, 202, 200, 201, 242, 221, 281, 129, 130, 131, 117, 270, 271, 97, 268, 40, 39, 41, 51]
        + [217, 218, 219, 280, 241, 282, 265],
    ),
}


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def install() -> bool:
    machine = _MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    instructions = _assemble(*machine)
    array = (_Instruction * len(instructions))(*instructions)
    return kernel.set_filter(_Program(len(instructions), array))


def _assemble(architecture: int, clone: int, denied: list[int]) -> list[tuple]:
    no, missing = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    program = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, no)]
    program += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, no)]
    for number in denied + _COMMON:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, no)]
    # clone3 hides its flags in memory: glibc falls back to clone when it is missing.
    program += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, missing)]
    program += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    program += [(_BITS, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, no), (_RETURN, 0, 0, _ALLOW)]
    return program
