"""
The module that PyQt5 before 5.11 looks for. Its own is made for Python 3.6 and older; the one of today's PyQt5 does the same under
another name, and offers the same table of functions. So the oldest engines run in the Python that everything else runs in.
"""

import ctypes
import sys

# The newer one puts itself into our place while it is loaded.
_me = sys.modules[__name__]

from PyQt5 import sip as _newer  # noqa: E402

_read, _made = ctypes.pythonapi.PyCapsule_GetPointer, ctypes.pythonapi.PyCapsule_New
_read.restype, _read.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
_made.restype, _made.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
# The name is kept where the capsule points to.
_NAME = b"sip._C_API"
_C_API = _made(_read(_newer._C_API, b"PyQt5.sip._C_API"), _NAME, None)
sys.modules[__name__] = _me
