"""CSV that opens well and runs nothing in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from tempfile import SpooledTemporaryFile

from django.http import FileResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
IN_MEMORY = 1_000_000


def download(name: str, head: list[str], rows: Iterable[list]) -> FileResponse:
    """
    Return rows as a CSV download.

    The file is written while the request's transaction is still open and sent afterwards, in bounded memory.
    """
    spool = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - FileResponse closes it
    spool.write("\ufeff".encode())  # without the mark, Excel reads UTF-8 as its own code page
    text = io.TextIOWrapper(spool, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    text.detach()
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8")


def safe(value) -> str:
    """Write one value; text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    if isinstance(value, str) and text.startswith(DANGEROUS):
        return f"'{text}"
    return text
