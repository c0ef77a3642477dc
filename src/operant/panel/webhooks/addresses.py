"""Where an endpoint may stand: what can be said of an address without looking its name up."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

from operant.platform import outgoing
from operant.platform.refusals import Invalid, Refusal

LONGEST = 2_000
EXAMPLE = "https://example.com/operant"
PORTS = {"https": 443, "http": 80}
# What stands for itself in a path or a query; all else is written as %XX.
_PLAIN = "/?:@!$&'()*+,;=-._~%[]"


@dataclass(frozen=True)
class Address:
    """An endpoint's address in its parts, as the wire spells them."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_secret(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return self.scheme == "https"

    @property
    def place(self) -> str:
        """The host, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.place}{self.path}"


def checked(text: str) -> str:
    """
    Return an address as it is kept.

    :raises Refusal: when it is none that may ever be called, with a sentence that says why.
    """
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise Invalid(f"An address has at most {LONGEST:,} characters, like {EXAMPLE}.")
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in text):
        raise Invalid("An address has no blanks, line breaks or backslashes.")
    found = read(text)
    if len(found.text) > LONGEST:
        raise Invalid(f"Written for the wire, this address is longer than {LONGEST:,} characters.")
    _look_at(found)
    return found.text


def read(text: str) -> Address:
    """
    Return the parts of an address.

    :raises Refusal: when it has other parts, or lacks one.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Invalid(f"This is no address, like {EXAMPLE}.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Invalid(f"An address begins with https:// and names a host, like {EXAMPLE}.")
    if "@" in parts.netloc or "#" in text:
        raise Invalid("An address has no user, no password and no part behind a #. Whoever receives checks the signature.")
    if port == 0:
        raise Invalid("A port is a number between 1 and 65535.")
    query = f"?{parts.query}" if parts.query else ""
    path = quote((parts.path or "/") + query, safe=_PLAIN)
    return Address(parts.scheme, outgoing.named(parts.hostname), port or PORTS[parts.scheme], path)


def _look_at(address: Address) -> None:
    if not address.is_secret and outgoing.Allowed() == settings.PRIVATE_NETWORKS:
        raise Invalid(
            "An address begins with https://. Without encryption only private networks are called that the operator of "
            "this installation opened."
        )
    if _is_literal(address.host):
        target(address, asker="")


def target(address: Address, *, asker: str, seconds: float = 5) -> outgoing.Target:
    """
    Return where an address leads now: looked up once, every address judged.

    :raises Refusal: when it may not be called, or nobody knows it.
    """
    found = outgoing.resolve(address.host, address.port, asker=asker, seconds=seconds)
    if found.is_public and not address.is_secret:
        raise outgoing.AddressRefused(
            f"{address.place} is on the open internet, where this would be read on the way. Use https://."
        )
    return found


def sentence_against(text: str) -> str:
    """Return why an address cannot be used, or nothing."""
    try:
        checked(text)
    except Refusal as refused:
        return refused.sentence
    return ""


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
