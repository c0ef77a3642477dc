"""The one place that draws QR codes."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Drawing:
    """Path data on a grid of `size` modules without quiet zone, to be filled."""

    path: str
    size: int


def draw(text: str) -> Drawing:
    """Return the QR code of a text as one SVG path: a rectangle for each run of dark modules."""
    matrix = segno.make(text, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h{x - end}z")
            x = end + 1
    return Drawing("".join(runs), len(matrix))
