"""Public ids: a prefix that says what it is, and the row's uuid in base 58. Never row numbers."""

from uuid import UUID

from django.urls import register_converter

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 22
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def public_id(prefix: str, key: UUID) -> str:
    """Return the id that people, addresses and programs see, for example `scr_7Y3n…`."""
    number, letters = key.int, []
    for _ in range(LENGTH):
        number, rest = divmod(number, 58)
        letters.append(ALPHABET[rest])
    return f"{prefix}_{''.join(reversed(letters))}"


def parse_public_id(prefix: str, text: object) -> UUID:
    """
    Return the uuid of a public id.

    :raises ValueError: when the text is not an id of that kind.
    """
    head, _, tail = text.partition("_") if isinstance(text, str) else ("", "", "")
    if head != prefix or len(tail) != LENGTH or not set(tail) <= _VALUES.keys():
        raise ValueError(f"Not an id that starts with {prefix}_.")
    number = 0
    for letter in tail:
        number = number * 58 + _VALUES[letter]
    if number >= 1 << 128:
        raise ValueError(f"Not an id that starts with {prefix}_.")
    return UUID(int=number)


def register(name: str, prefix: str) -> None:
    """Make `<name:id>` match public ids of that prefix in addresses; views receive the uuid."""

    class Converter:
        regex = prefix + r"_[1-9A-HJ-NP-Za-km-z]{22}"

        def to_python(self, value: str) -> UUID:
            return parse_public_id(prefix, value)

        def to_url(self, value: UUID | str) -> str:
            return value if isinstance(value, str) else public_id(prefix, value)

    register_converter(Converter, name)
