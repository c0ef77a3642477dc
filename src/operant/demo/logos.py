"""The demo's logos, painted dot by dot: no picture of anybody's is carried along."""

import struct
import zlib
from collections.abc import Callable
from functools import cache

SIDE = 192
WHITE = (255, 255, 255)


@cache
def harbour() -> bytes:
    """Return Harbour's logo: a white sun over three waves on the sea."""

    def dot(x: float, y: float) -> tuple[int, int, int]:
        if x * x + (y + 0.25) ** 2 < 0.09:
            return WHITE
        crest = abs(((x * 2.2 + (y > 0.5) * 0.5) % 1) - 0.5) * 0.22
        is_wave = any(0 < y - level - crest < 0.09 for level in (0.16, 0.40, 0.64))
        return WHITE if is_wave and abs(x) < 0.72 else (15, 76, 129)

    return _painted(dot)


@cache
def meadow() -> bytes:
    """Return Meadow's logo: a leaf, cut in two by its vein."""

    def dot(x: float, y: float) -> tuple[int, int, int]:
        is_leaf = (x - 0.35) ** 2 + (y + 0.35) ** 2 < 0.98 and (x + 0.35) ** 2 + (y - 0.35) ** 2 < 0.98
        is_vein = abs(x + y) < 0.035 or (abs(x + y) < 0.05 and x < 0)
        return WHITE if is_leaf and not is_vein else (47, 125, 50)

    return _painted(dot)


def _painted(dot: Callable[[float, float], tuple[int, int, int]]) -> bytes:
    middle = (SIDE - 1) / 2
    rows = (
        b"\0" + b"".join(bytes(dot((x - middle) / middle, (y - middle) / middle)) for x in range(SIDE)) for y in range(SIDE)
    )
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
