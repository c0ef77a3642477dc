"""What stands in a workbook of Excel: its sheets, and how far each goes. Looked at before the whole is read."""

import codecs
import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from ..complaints import Complaint, bad_file
from . import money

DAMAGED = "The workbook is damaged or cut off. Save it anew as .xlsx and upload it again."
_MEGABYTE = 1 << 20
_MOST_TOLD = 5
_CHUNK, _MOST_HELD = 1 << 20, 1 << 16
# The list of sheets, and where each lies: real ones have a few kilobytes.
_MOST_LIST = 4 * _MEGABYTE
_STYLES = "xl/styles.xml"
# What a cell says of itself beside its place: its style and its kind.
_MOST_SAID = 40
# What a cell takes while its sheet is read: as it came, and in its place.
_CELL_BYTES = 64
_OTHERS = {
    "xl/workbook.bin": "This is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that.",
    "mimetype": "This is an OpenDocument file. Save it as .xlsx or CSV and upload that.",
    "word/document.xml": "This is a Word document, not a table. Save its table as .xlsx or CSV and upload that.",
    "ppt/presentation.xml": "This is a presentation, not a table. Save its table as .xlsx or CSV and upload that.",
}
_NO_WORKBOOK = "This is a ZIP file and no Excel workbook. Unpack it and upload what is inside."
_FILLED = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>")
_PLACED = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"([^>]*)(?<!/)>')
_ERROR = re.compile(rb'<(?:\w+:)?c\s[^>]*?\bt="e"[^>]*(?<!/)>')
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, ElementTree.ParseError, ValueError, OSError)

# Python loads a codec from its library when it first meets it; inside the walls that is too late.
codecs.lookup("cp437")


@dataclass(frozen=True)
class Sheet:
    """A visible sheet with something in it: its name as people see it, and where it lies."""

    name: str
    part: str


@dataclass
class Extent:
    """
    What a sheet holds: the first and last row and column with something in it, and how many cells hold an error.

    `currencies` are those of columns of money, counted from the first.
    """

    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)
    errors: int = 0
    currencies: dict[int, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return self.rows[1] - self.rows[0] + 1

    @property
    def width(self) -> int:
        return self.columns[1] - self.columns[0] + 1


def look(descriptor: int, limits: dict, chosen: str = "") -> tuple[list[Sheet], Sheet, Extent]:
    """
    Return the sheets that hold something, the one that is read, and its extent; raises the complaint of what cannot be read.

    That is the first one, unless one was `chosen`.
    """
    try:
        with os.fdopen(os.dup(descriptor), "rb") as source, zipfile.ZipFile(source) as whole:
            book = _book(whole)
            _within(whole, ["xl/sharedStrings.xml", _STYLES], limits["unpacked_bytes"])
            sheets = [each for each in _listed(whole, book) if _holds_something(whole, each)]
            if not sheets:
                raise bad_file("The workbook holds no visible sheet with something in it.")
            sheet = _taken(sheets, chosen)
            _within(whole, [sheet.part], limits["unpacked_bytes"])
            return sheets, sheet, _judged(sheet, _extent(whole, sheet), limits)
    except _FAULTS:
        raise bad_file(DAMAGED) from None


def listed(sheets: list[Sheet]) -> str:
    """Return the names of sheets for a sentence: a few, and how many more."""
    more = f" and {len(sheets) - _MOST_TOLD} more" if len(sheets) > _MOST_TOLD else ""
    return ", ".join(f"“{each.name}”" for each in sheets[:_MOST_TOLD]) + more


def _taken(sheets: list[Sheet], chosen: str) -> Sheet:
    found = next((each for each in sheets if each.name == chosen or not chosen), None)
    if found is None:
        raise Complaint(
            "NoSuchSheet",
            f"The workbook has no visible sheet “{chosen}” with something in it, which was chosen for this data source. It has "
            f"{listed(sheets)}. Name one of them so and upload it again, or choose another sheet here.",
            sheets=[each.name for each in sheets],
        )
    return found


def _book(whole: zipfile.ZipFile) -> str:
    """Where the list of sheets lies: mostly, and not always, in xl/workbook.xml."""
    names = set(whole.namelist())
    related = _related(whole, "") if "_rels/.rels" in names else {}
    book = next((part for kind, part in related.values() if kind == "officeDocument"), "")
    if book not in names or not book.startswith("xl/") or book == "xl/workbook.bin":
        raise bad_file(next((sentence for name, sentence in _OTHERS.items() if name in names), _NO_WORKBOOK))
    return book


def _within(whole: zipfile.ZipFile, parts: list[str], most: int) -> None:
    """What a part says of its size is kept: reading ends there, and complains of more."""
    unpacked = sum(whole.getinfo(part).file_size for part in parts if part in whole.NameToInfo)
    if unpacked > most:
        raise bad_file(f"The workbook unpacks to {unpacked / 1e9:.1f} GB; at most {most / 1e9:.1f} GB can be read.")


def _listed(whole: zipfile.ZipFile, book: str) -> list[Sheet]:
    """Visible sheets of cells, in the order of their tabs."""
    related = _related(whole, book)
    sheets = []
    for each in _tree(whole, book).iter():
        if _plain(each.tag) == "sheet" and each.get("state", "visible") == "visible":
            key = next((value for name, value in each.items() if _plain(name) == "id"), "")
            kind, part = related.get(key, ("", ""))
            if kind == "worksheet" and part in whole.NameToInfo:
                sheets.append(Sheet(each.get("name", ""), part))
    return sheets


def _related(whole: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part names, by the key that it has there: its kind, and where it lies."""
    folder, name = posixpath.split(part)
    return {
        each.get("Id", ""): (
            each.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
        )
        for each in _tree(whole, posixpath.join(folder, "_rels", f"{name}.rels"))
    }


def _tree(whole: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if whole.getinfo(part).file_size > _MOST_LIST:
        raise bad_file(DAMAGED)
    text = whole.read(part)
    # No workbook declares entities; one that does wants them to grow.
    if b"<!DOCTYPE" in text:
        raise bad_file(DAMAGED)
    return ElementTree.fromstring(text)


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def _holds_something(whole: zipfile.ZipFile, sheet: Sheet) -> bool:
    return any(_FILLED.search(text) for text in _pieces(whole, sheet))


def _extent(whole: zipfile.ZipFile, sheet: Sheet) -> Extent:
    rows: set[int] = set()
    said: set[tuple[bytes, bytes]] = set()
    errors = 0
    for text in _pieces(whole, sheet):
        placed = _PLACED.findall(text)
        errors += len(_ERROR.findall(text))
        said.update((letters, more[:_MOST_SAID]) for letters, _, more in placed)
        # The farthest of each piece are enough.
        found = {int(row) for _, row, _ in placed}
        rows.update({min(found), max(found)} if found else ())
    if not rows:
        return Extent(errors=errors)
    cells = {(_number(letters), more) for letters, more in said}
    first, last = min(column for column, _ in cells), max(column for column, _ in cells)
    currencies = money.of_columns(((column - first, more) for column, more in cells), _currencies(whole))
    return Extent((min(rows), max(rows)), (first, last), errors, currencies)


def _currencies(whole: zipfile.ZipFile) -> dict[int, str]:
    if _STYLES not in whole.NameToInfo or whole.getinfo(_STYLES).file_size > _MOST_LIST:
        return {}
    return money.of_styles(_tree(whole, _STYLES))


def _pieces(whole: zipfile.ZipFile, sheet: Sheet) -> Iterator[bytes]:
    """The text of a sheet, cut between two tags."""
    held = b""
    with whole.open(sheet.part) as source:
        while chunk := source.read(_CHUNK):
            text = held + chunk
            end = text.rfind(b">") + 1
            yield text[:end]
            held = text[end:][-_MOST_HELD:]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _judged(sheet: Sheet, extent: Extent, limits: dict) -> Extent:
    if extent.width * extent.height > limits["memory_mb"] * _MEGABYTE // _CELL_BYTES:
        raise bad_file(
            f"The sheet “{sheet.name}” reaches over {extent.height:,} rows and {extent.width:,} columns, which is more than can be "
            "read. Delete what stands far from the table, or save the sheet as CSV and upload that."
        )
    if extent.width > limits["columns"]:
        raise bad_file(f"The sheet “{sheet.name}” has {extent.width:,} columns; at most {limits['columns']} can be read.")
    return extent
