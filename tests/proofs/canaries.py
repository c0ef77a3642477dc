"""Secrets in every spelling in which one may lie somewhere, and the search for them."""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

LONG, TAIL = 25, 12
# A run of hex or base64 shorter than this holds no whole secret.
_HEX, _BASE64 = re.compile(rb"[0-9a-f]{24,}", re.IGNORECASE), re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_ESCAPED = re.compile(rb"\\([\\bfnrtv])")
_MEANING = {b"\\": b"\\", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def spellings(secret: bytes) -> dict[str, set[bytes]]:
    """Return how a secret may be written, by the name of the way; ways that write it alike are all there."""
    ways = {
        "raw": {secret}, "hex": {secret.hex().encode(), secret.hex().upper().encode()},
        **{f"base64 at {offset}": _in_base64(secret, offset) for offset in range(3)},
    }  # fmt: skip
    text = secret.decode("utf-8", "surrogateescape")
    if text.isprintable():
        inside = [json.dumps(text, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)]
        ways |= {
            "url": {_bytes(quote(text, safe="")), _bytes(quote(text)), _bytes(quote_plus(text)), _lower_quoted(text)},
            "json": {_bytes(each) for each in (*inside, *(each.replace("/", "\\/") for each in inside))},
            "json in json": {_bytes(json.dumps(each)[1:-1]) for each in inside},
            "html": {_bytes(html.escape(text)), _bytes(html.escape(text).replace("&#x27;", "&#39;"))},
            "python": {_bytes(repr(text)[1:-1]), repr(secret)[2:-1].encode()},
        }  # fmt: skip
    return ways


def found(secrets: Mapping[str, bytes], places: Mapping[str, bytes]) -> set[tuple[str, str, str]]:
    """Return which secret, or the end of which long one, stands where, and in which spelling."""
    everything, seen = b"\0".join(places.values()), set()
    for name, secret in secrets.items():
        parts = {name: secret} | ({f"the end of {name}": secret[-TAIL:]} if len(secret) >= LONG else {})
        for part, value in parts.items():
            ways = spellings(value)
            there = {each for each in set().union(*ways.values()) if each in everything}
            for way, written in ways.items():
                seen |= {(part, way, place) for place, held in places.items() for each in written & there if each in held}
    return seen


def peeled(held: bytes, *, as_copied: bool = False) -> bytes:
    """Return what a place holds, and behind it whatever can be read out of its hex and its base64."""
    if as_copied:
        held = _ESCAPED.sub(lambda each: _MEANING[each[1]], held)
    once = b"\n".join([held, *_out_of_hex(held)])
    return b"\n".join([once, *_out_of_base64(once)])


def tables(dump: bytes) -> dict[str, bytes]:
    """Return the rows of each table in a dump of PostgreSQL."""
    copied = re.findall(rb"^COPY (\S+) \([^\n]*\n(.*?)^\\\.$", dump, re.MULTILINE | re.DOTALL)
    return {name.decode().removeprefix("public."): rows for name, rows in copied}


def _in_base64(secret: bytes, offset: int) -> set[bytes]:
    """Return the letters that are the same whatever stands before and behind."""
    first, last = -(-8 * offset // 6), 8 * (offset + len(secret)) // 6
    padded = bytes(offset) + secret + bytes(3)
    return {coded(padded)[first:last] for coded in (base64.b64encode, base64.urlsafe_b64encode)}


def _lower_quoted(text: str) -> bytes:
    return _bytes(re.sub("%[0-9A-F]{2}", lambda each: each[0].lower(), quote(text, safe="")))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _out_of_hex(held: bytes) -> Iterable[bytes]:
    for each in _HEX.findall(held):
        yield bytes.fromhex(each[: len(each) // 2 * 2].decode())


def _out_of_base64(held: bytes) -> Iterable[bytes]:
    for each in _BASE64.findall(held):
        if _HEX.fullmatch(each):
            continue
        plain = each.replace(b"-", b"+").replace(b"_", b"/")
        yield base64.b64decode(plain[: len(plain) // 4 * 4])
