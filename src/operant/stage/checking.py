"""Whether what somebody says of a database can be so at all, from any doorstep."""

import ssl

from operant.platform import outgoing


def host(text: str) -> str:
    """
    Return a host as it is kept.

    :raises ValueError: when it is no name and no address.
    """
    try:
        return outgoing.named(text)
    except outgoing.NotResolved as refused:
        raise ValueError(refused.sentence) from None


def authority(text: str) -> str:
    """
    Return a certificate as it is kept; empty stays empty.

    :raises ValueError: when it is none.
    """
    text = text.replace("\r\n", "\n")
    try:
        if text:
            ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError, TypeError):  # the last for letters that no certificate has
        raise ValueError(
            "This is no certificate. Paste the whole text, from -----BEGIN CERTIFICATE----- to its end."
        ) from None
    return text
