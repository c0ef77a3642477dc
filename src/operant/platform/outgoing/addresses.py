"""Addresses of the web as people type them, in the parts that the wire spells."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

from operant.platform.refusals import Invalid

from .resolving import named

LONGEST = 2_000
EXAMPLE = "https://example.com/orders.json"
PORTS = {"https": 443, "http": 80}
# What stands for itself in a path or a query; all else is written as %XX.
PLAIN = "/?:@!$&'()*+,;=-._~%[]"


@dataclass(frozen=True)
class Address:
    """An address in its parts. `path` has the query behind it."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, text: str, *, example: str = EXAMPLE) -> Self:
        """
        Return an address without looking its name up; its part behind a # stays here, as in browsers.

        :raises Invalid: when it is none that a program can ask, with a sentence that says why.
        """
        text = text.strip()
        if not 1 <= len(text) <= LONGEST:
            raise Invalid(f"An address has at most {LONGEST:,} characters, like {example}.")
        if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in text):
            raise Invalid("An address has no blanks, line breaks or backslashes.")
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise Invalid(f"This is no address, like {example}.") from None
        if parts.scheme not in PORTS or not parts.hostname:
            raise Invalid(f"An address begins with https:// or http:// and names a host, like {example}.")
        if "@" in parts.netloc:
            raise Invalid("An address has no user and no password in it.")
        if port == 0:
            raise Invalid("A port is a number between 1 and 65535.")
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=PLAIN)
        return cls(parts.scheme, named(parts.hostname), port or PORTS[parts.scheme], path)

    @property
    def is_secret(self) -> bool:
        """Whether nobody on the way can read what travels."""
        return self.scheme == "https"

    @property
    def place(self) -> str:
        """The host, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a credential is given for."""
        return self.scheme, self.host, self.port

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.place}{self.path}"

    def joined(self, reference: str) -> Self:
        """
        Return where a reference on this address leads, like that of a redirect or of a next page.

        :raises Invalid: when that is no address.
        """
        try:
            joined = urljoin(self.text, reference)
        except ValueError:
            raise Invalid(f"This is no address, like {EXAMPLE}.") from None
        return self.read(joined)
