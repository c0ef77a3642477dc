"""What a file is, by its first bytes. Its name only settles what the bytes leave open."""

import codecs
from pathlib import PurePath

from operant.platform.refusals import Invalid

from .sandbox.cell.reading.magic import FOREIGN

SAMPLE = 4096
_LISTED = "Upload a CSV, Excel, JSON or Parquet file, or a SQLite database."
_ZIP = b"PK\x03\x04"
_WORKBOOK_NAMES = {".xlsx", ".xlsm"}
# What a document of Office begins with: one of these is the first file in it.
_OFFICE = ("[Content_Types].xml", "_rels/", "docProps/", "xl/", "customXml/")
_OTHER_ZIP = {
    "mimetype": "This is an OpenDocument file. Save it as .xlsx or CSV and upload that.",
    "": "This is a ZIP file. Unpack it and upload what is inside.",
}
_JSON_NAMES = {".json", ".ndjson", ".jsonl"}
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def kind_of(start: bytes, name: str) -> str:
    """
    Return csv, json, parquet, sqlite or xlsx.

    :raises Invalid: when it is none of them, with what it is instead where that is known.
    """
    if start.startswith((b"PAR1", b"PARE")):
        return "parquet"
    if start.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if start.startswith(_ZIP):
        return _zipped(start, name)
    for magic, sentence in FOREIGN.items():
        if start.startswith(magic):
            raise Invalid(sentence)
    text = _text(start)
    if not text.strip():
        raise Invalid("The file is empty.")
    if PurePath(name).suffix.lower() in _JSON_NAMES or _looks_like_json(text):
        return "json"
    if "\0" in text[:SAMPLE] and start[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _maybe_wide(start)
    return "csv"


def _zipped(start: bytes, name: str) -> str:
    """A workbook as far as its first bytes tell; whoever reads it looks at the whole."""
    first = start[30 : 30 + int.from_bytes(start[26:28], "little")].decode("latin-1")
    if first.startswith(_OFFICE) or (PurePath(name).suffix.lower() in _WORKBOOK_NAMES and first != "mimetype"):
        return "xlsx"
    raise Invalid(_OTHER_ZIP.get(first, _OTHER_ZIP[""]))


def _text(start: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return start[: len(start) & ~1].decode(encoding, errors="ignore")
    return start.decode("latin-1")


def _looks_like_json(text: str) -> bool:
    packed = "".join(text.split())
    return packed.startswith(('{"', "{}", "[{", "[[", "[]", '["'))


def _maybe_wide(start: bytes) -> str:
    """UTF-16 without a mark has a zero in every second byte; anything else with zeros is no text."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if min(even, odd) * 20 <= max(even, odd) and max(even, odd) * 4 >= len(start):
        return "csv"
    if even + odd > 10:
        raise Invalid(f"This is not a table that can be read. {_LISTED}")
    return "csv"
