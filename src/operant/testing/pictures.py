"""Pictures for tests, part by part; and two of them beside each other."""

import struct
import zlib
from base64 import b64encode
from typing import Any

from playwright.sync_api import BrowserContext

from operant.platform.files import pictures

_COMPARE = """
async ([sent, seen, places]) => {
  const pens = []
  for (const content of [sent, seen]) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes]))
    const first = pens.length ? pens[0].canvas : image
    const canvas = new OffscreenCanvas(first.width, first.height)
    pens.push(canvas.getContext('2d'))
    pens[pens.length - 1].drawImage(image, 0, 0, canvas.width, canvas.height)
  }
  const {width, height} = pens[0].canvas
  const [one, other] = pens.map((pen) => pen.getImageData(0, 0, width, height).data)
  const apart = one.reduce((sum, value, at) => sum + Math.abs(value - other[at]), 0) / one.length
  const dot = ([x, y]) => [...pens[0].getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data].slice(0, 3)
  return {size: [width, height], apart, dots: places.map(dot)}
}
"""


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int = 2, height: int = 2, depth: int = 8, color: int = 0, interlaced: int = 0, rows: bytes | None = None,
    more: bytes = b"", tail: bytes = b"",
) -> bytes:
    """Return a gray PNG, or one with these rows, and with more parts in it or behind it."""
    rows = b"".join(b"\0" + b"\x7f" * width for _ in range(height)) if rows is None else rows
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    parts = chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return pictures.PNG + parts + tail


def segment(marker: int, body: bytes) -> bytes:
    """Return a part of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(
    width: int = 2, height: int = 2, more: bytes = b"", scan: bytes = b"\x12\xff\x00\x34\xff\xd0\x56", tail: bytes = b"",
    frames: int = 1,
) -> bytes:
    """Return what has the parts of a JPEG, with more parts in it or behind it."""
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00") * frames
    parts = segment(0xE0, b"JFIF\0") + more + segment(0xDB, b"\0" * 65) + frame + segment(0xC4, b"\0" * 20)
    return b"\xff\xd8" + parts + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + scan + b"\xff\xd9" + tail


def compare(context: BrowserContext, one: bytes, other: bytes, *places: tuple[float, float]) -> dict[str, Any]:
    """
    Lay two pictures over each other, both as large as the first.

    `size` is that of the first one, `apart` how far their dots are from each other on average, of 255, and `dots` are some of
    the first one's, at places from 0 to 1 across and down.
    """
    # A page of its own: those of the house may read no addresses but the house's.
    judge = context.new_page()
    try:
        return judge.evaluate(_COMPARE, [b64encode(one).decode(), b64encode(other).decode(), list(places)])
    finally:
        judge.close()
