"""Find out in which encoding a text file is written, and give it back as clean UTF-8."""

import codecs
import os
import re
from dataclasses import dataclass
from typing import BinaryIO

from ..complaints import bad_file
from ..engine import path_of
from .magic import FOREIGN

_SAMPLE, _CHUNK = 1 << 16, 1 << 20
_TEXT = "text.utf8"
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_REPLACED = "\ufffd"


@dataclass(frozen=True)
class Text:
    """A readable UTF-8 file without byte order mark and NUL bytes, and what was done to get it."""

    path: str
    warnings: list[str]


# Python loads a codec from its library when it first meets it; inside the walls that is too late.
for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"):
    codecs.lookup(_name)
# Windows-1252 leaves five bytes undefined; Latin-1 defines every byte, so reading it cannot fail.
codecs.register_error("as_latin_1", lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end))


def read(descriptor: int) -> Text:
    with os.fdopen(os.dup(descriptor), "rb") as source:
        source.seek(0)
        sample = source.read(_SAMPLE)
        _refuse_binary(sample)
        encoding = _from_marks(sample)
        if encoding is None:
            encoding, clean = _from_all(source)
            if clean:
                return Text(path_of(descriptor), [])
        return _rewrite(source, encoding)


def _refuse_binary(sample: bytes) -> None:
    if not sample.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise bad_file("The file is empty.")
    for magic, sentence in {**FOREIGN, b"PAR1": "This is a Parquet file, not text."}.items():
        if sample.startswith(magic):
            raise bad_file(sentence)
    wide = _from_marks(sample)
    if len(_CONTROL.findall(sample)) > len(sample) // 100 + 2 and not (wide and wide.startswith("utf-16")):
        raise bad_file("This is not a text file: it holds characters that no table has.")


def _from_marks(sample: bytes) -> str | None:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Mostly Western text in UTF-16 has a zero in every second byte.
    even, odd, half = sample[0::2].count(0), sample[1::2].count(0), len(sample) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _from_all(source: BinaryIO) -> tuple[str, bool]:
    """UTF-8 unless the whole file says otherwise; and whether it is clean as it stands."""
    zeros = broken = foreign = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in _chunks(source):
        zeros += chunk.count(0)
        text = decoder.decode(chunk)
        if not text.isascii():
            broken += text.count(_REPLACED)
            foreign += len(text) - len(text.encode("ascii", "ignore"))
    broken += decoder.decode(b"", True).count(_REPLACED)
    if zeros > 10 + source.tell() // 20:
        raise bad_file("This is not a text file: it is full of zero bytes.")
    # A few broken bytes in a file that is otherwise full of good UTF-8 do not make it another encoding.
    is_utf8 = broken == 0 or broken * 10 < foreign - broken
    return "utf-8" if is_utf8 else "cp1252", is_utf8 and not broken and not zeros


def _rewrite(source: BinaryIO, encoding: str) -> Text:
    errors = "as_latin_1" if encoding == "cp1252" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    zeros = broken = 0
    with open(_TEXT, "wb") as target:
        for chunk in _chunks(source):
            text = decoder.decode(chunk)
            zeros, broken = zeros + text.count("\0"), broken + text.count(_REPLACED)
            target.write(text.replace("\0", "").encode())
        rest = decoder.decode(b"", True)
        broken += rest.count(_REPLACED)
        target.write(rest.encode())
    return Text(_TEXT, _told(encoding, zeros, broken))


def _told(encoding: str, zeros: int, broken: int) -> list[str]:
    warnings = []
    if encoding == "cp1252":
        warnings.append("The file is not UTF-8; it was read as Windows-1252 (Western European).")
    if encoding.startswith("utf-16"):
        warnings.append("The file was read as UTF-16.")
    if broken:
        warnings.append(f"{broken:,} characters could not be read and are shown as “{_REPLACED}”.")
    if zeros:
        warnings.append(f"{zeros:,} zero bytes were removed.")
    return warnings


def _chunks(source: BinaryIO):
    source.seek(0)
    while chunk := source.read(_CHUNK):
        yield chunk
