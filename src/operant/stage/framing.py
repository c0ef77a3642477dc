"""
Pages from elsewhere on dashboards.

None stands in our pages themselves: each is framed by a page of ours whose policy allows that one address and nothing
else. The address of that page is signed, so that it frames what somebody put on a dashboard and never what a link says.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.urls import reverse

from operant.platform.refusals import NotFound

_SIGNER = signing.Signer(salt="stage.framing")


def frames(document: dict[str, Any], within: Iterable[str] = ()) -> dict[str, str]:
    """
    Return where each page that a document shows is framed, by its address.

    `within` are origins, besides ours, whose pages may show the dashboard.
    """
    wanted = {each["options"].get("address", "") for each in document["widgets"] if each["kind"] == "web"} - {""}
    return {each: reverse("frame", args=[_SIGNER.sign_object([each, list(within)])]) for each in sorted(wanted)}


def framed(token: str) -> tuple[str, list[str]]:
    """
    Return the address that a page of `frames` shows, and the origins that may show it.

    :raises NotFound: when it was not made here.
    """
    try:
        address, within = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise NotFound("There is no such page.") from None
    return address, within


def origin(address: str) -> str:
    """Return the origin of an address, as a policy names it."""
    # As browsers spell it: other letters than these stand in no policy.
    host, port = urlsplit(address).hostname or "", urlsplit(address).port
    return f"https://{host.encode('idna').decode()}{f':{port}' if port else ''}"
