"""
Pictures that people upload to be shown to others: PNG and JPEG, written anew from what was understood of them.

Nothing is drawn here. A PNG's rows are unpacked within the bounds that its head promises and packed again; of a JPEG the
parts that make the picture are kept. What else such files carry (places, names, scripts, a second file behind the
first) is left behind.
"""

import struct
import zlib
from collections.abc import Iterator

from operant.platform.refusals import Invalid

LARGEST = 500_000
LONGEST_SIDE = 1024
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
BROKEN = "This picture is damaged. Save it again as PNG or JPEG."
# Channels by the kind of color, and the depths that each may have.
_COLORS = {0: (1, {1, 2, 4, 8, 16}), 2: (3, {8, 16}), 3: (1, {1, 2, 4, 8}), 4: (2, {8, 16}), 6: (4, {8, 16})}
# Of an interlaced PNG: where each of its seven passes begins and how far it steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_FRAMES = {0xC0, 0xC1, 0xC2}
# The picture itself, how it is packed, and APP0 and APP14, which say how its colors are meant.
_KEPT = _FRAMES | {0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE}
_MOST_SCANS = 60


def cleaned(content: bytes) -> tuple[str, bytes]:
    """
    Return what a picture is, `png` or `jpeg`, and the picture without anything else.

    :raises Invalid: when it is neither, too large, or damaged.
    """
    if len(content) > LARGEST:
        raise Invalid(f"The picture is larger than {LARGEST // 1000} kB. Make it smaller.")
    try:
        if content.startswith(PNG):
            return "png", _png(content)
        if content.startswith(JPEG):
            return "jpeg", _jpeg(content)
    except (struct.error, IndexError, zlib.error):
        raise Invalid(BROKEN) from None
    raise Invalid("Upload a PNG or JPEG picture. Others, SVG among them, may carry more than a picture.")


def _png(content: bytes) -> bytes:
    parts: dict[bytes, bytes] = {}
    for kind, body in _chunks(content):
        parts[kind] = parts.get(kind, b"") + body
        if kind == b"IEND":
            break
    width, height, depth, color, packing, filtering, interlaced = struct.unpack(">IIBBBBB", parts.get(b"IHDR", b""))
    _bound(width, height)
    channels, depths = _COLORS.get(color, (0, set()))
    if depth not in depths or packing or filtering or interlaced > 1 or (color == 3) > (b"PLTE" in parts):
        raise Invalid(BROKEN)
    rows = _unpacked(parts.get(b"IDAT", b""), _size(width, height, channels * depth, bool(interlaced)))
    kept = [(b"IHDR", parts[b"IHDR"]), *((kind, parts[kind]) for kind in (b"PLTE", b"tRNS") if kind in parts)]
    made = [*kept, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return PNG + b"".join(_chunk(kind, body) for kind, body in made)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(kind + body) != checksum:
            raise Invalid(BROKEN)
        yield kind, body
        at += 12 + length


def _size(width: int, height: int, bits: int, interlaced: bool) -> int:
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    found = 0
    for left, top, across, down in passes:
        columns, lines = -(-max(0, width - left) // across), -(-max(0, height - top) // down)
        found += lines * (1 + -(-columns * bits // 8)) if columns else 0
    return found


def _unpacked(packed: bytes, size: int) -> bytes:
    # Never a byte more than the head promised: a small file can unpack into all the memory there is.
    unpacking = zlib.decompressobj()
    rows = unpacking.decompress(packed, size + 1)
    if len(rows) != size or not unpacking.eof:
        raise Invalid(BROKEN)
    return rows


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _jpeg(content: bytes) -> bytes:
    kept, frames, scans = [b"\xff\xd8"], 0, 0
    for marker, part in _segments(content):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", part, 5)
            _bound(width, height)
            frames += 1
        scans += marker == 0xDA
        if marker in _KEPT:
            kept.append(part)
    if frames != 1 or not 1 <= scans <= _MOST_SCANS:
        raise Invalid(BROKEN)
    return b"".join([*kept, b"\xff\xd9"])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while content[at : at + 2] != b"\xff\xd9":
        if content[at] != 0xFF:
            raise Invalid(BROKEN)
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        if length < 2 or end > len(content):
            raise Invalid(BROKEN)
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    # Inside a scan FF stands before 00, which means FF, and before marks to begin again at.
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise Invalid(BROKEN)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _bound(width: int, height: int) -> None:
    if not (1 <= width <= LONGEST_SIDE and 1 <= height <= LONGEST_SIDE):
        raise Invalid(f"The picture is larger than {LONGEST_SIDE} by {LONGEST_SIDE} pixels. Make it smaller.")
