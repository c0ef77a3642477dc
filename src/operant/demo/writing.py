import csv
import io
from collections.abc import Iterable, Sequence


def as_csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """Return a table as a CSV file, as a person would upload it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue().encode()
