"""Where an endpoint may stand: what can be said of an address without looking its name up."""

from django.conf import settings

from operant.platform import outgoing
from operant.platform.outgoing.addresses import LONGEST, Address
from operant.platform.refusals import Invalid, Refusal

EXAMPLE = "https://example.com/operant"


def checked(text: str) -> str:
    """
    Return an address as it is kept.

    :raises Refusal: when it is none that may ever be called, with a sentence that says why.
    """
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
    if "#" in text:
        raise Invalid("An address has no part behind a #: it would not be sent.")
    return Address.read(text, example=EXAMPLE)


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
