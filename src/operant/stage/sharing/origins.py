"""Which pages may show a shared dashboard in a frame of theirs. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from operant.platform.refusals import Invalid

MOST = 20
LONGEST = 253
_DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def checked(texts: Iterable[str]) -> list[str]:
    """
    Return origins as a browser compares them, each once.

    :raises Invalid: when one is not a scheme, a host and perhaps a port, or there are too many.
    """
    found = list(dict.fromkeys(_origin(text.strip()) for text in texts if text.strip()))
    if len(found) > MOST:
        raise Invalid(f"A link can be embedded by at most {MOST} origins; these are {len(found)}.")
    return found


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:
        raise _refused(text) from None
    # Whatever else was written would be dropped: a path, a password or a wildcard would not mean what they say.
    is_bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc or "?" in text or "#" in text)
    if parts.scheme not in _DEFAULT_PORTS or not is_bare or len(host) > LONGEST or not _HOST.fullmatch(host) or port == 0:
        raise _refused(text)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, _DEFAULT_PORTS[parts.scheme]} else "")


def _ascii(host: str) -> str:
    return host.encode("idna").decode() if not host.isascii() else host


def _refused(text: str) -> Invalid:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return Invalid(f"“{shown}” is no origin. Write one as its page has it, like https://intranet.example.com.")
