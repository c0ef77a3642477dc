"""Column names: the label that a person wrote, and a name that SQL takes without quotes."""

import re
import unicodedata

_MOST_NAME, _MOST_LABEL = 60, 200
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a", "%": " percent ", "€": " eur "}
)


def name_all(labels: list[str], reserved: set[str]) -> list[tuple[str, str]]:
    """(name, label) of every column; the same labels always give the same names."""
    taken: set[str] = set()
    named = []
    for number, label in enumerate(labels, 1):
        label = _label(label) or f"Column {number}"
        name = _unique(_name(label, reserved) or f"column_{number}", taken)
        taken.add(name)
        named.append((name, label))
    return named


def _label(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_MOST_LABEL]


def _name(label: str, reserved: set[str]) -> str:
    spelled = unicodedata.normalize("NFC", label).lower().translate(_SPELLED)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(letter))
    name = re.sub(r"\W+", "_", plain).strip("_")[:_MOST_NAME].strip("_")
    if name[:1].isdigit():
        name = f"c_{name}"
    return f"{name}_" if name in reserved else name


def _unique(name: str, taken: set[str]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
