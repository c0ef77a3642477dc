"""How an organization looks: its color with whatever can be read on it, and where its logo is found."""

import re
from uuid import UUID

from django.core import signing
from django.urls import reverse

from operant.platform.refusals import Invalid, NotFound
from operant.platform.tenancy.ids import parse_public_id, public_id

COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_SIGNER = signing.Signer(salt="organizations.logo", sep=".")
# What a button needs beside white, so that its edge is seen (WCAG 1.4.11).
_SEEN = 3


def color(text: str) -> str:
    """
    Return a color as `#rrggbb`, or nothing for none.

    :raises Invalid: when it is no color.
    """
    found = text.strip().lower()
    if found and not COLOR.fullmatch(found):
        raise Invalid("A color is written like #2150b8.")
    return found


def ink(ground: str) -> str:
    """Return what can be read on a color: black or white, always with a contrast of at least 4.58."""
    return max(("#ffffff", "#000000"), key=lambda each: contrast(ground, each))


def edge(ground: str) -> str:
    """Return the line around a color that makes its shape seen on white."""
    return ground if contrast(ground, "#ffffff") >= _SEEN else "#6b7280"


def contrast(one: str, other: str) -> float:
    """Return how well two colors stand apart, from 1 to 21, as WCAG reckons it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def logo_path(organization_id: UUID, file_id: UUID | None) -> str:
    """Return where a logo is shown to everybody who is given this address, or nothing without one."""
    if file_id is None:
        return ""
    return reverse("logo", args=[_SIGNER.sign(f"{public_id('org', organization_id)}-{public_id('fil', file_id)}")])


def logo_of(token: str) -> tuple[UUID, UUID]:
    """
    Return the organization and the file that an address of `logo_path` names.

    :raises NotFound: when it was not made here.
    """
    try:
        organization, _, file = _SIGNER.unsign(token).partition("-")
        return parse_public_id("org", organization), parse_public_id("fil", file)
    except (signing.BadSignature, ValueError):
        raise NotFound("There is no such picture.") from None


def _luminance(written: str) -> float:
    parts = [int(written[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
