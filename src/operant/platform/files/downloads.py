"""Addresses under which a file can be fetched for a few minutes by whoever was given them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.urls import reverse

from operant.platform.refusals import Gone, NotFound

if TYPE_CHECKING:
    from .models import File

_SALT = "files.download"
VALID_SECONDS = 300
INERT = "sandbox; default-src 'none'"
"""The policy of what somebody uploaded or exported: a browser that shows it after all lets it do nothing."""


def address(file: "File") -> str:
    """Return the path at which this file can be downloaded for the next five minutes. Rights are checked before."""
    token = signing.dumps([str(file.organization_id), str(file.pk)], salt=_SALT)
    return reverse("file-download", args=[token])


def redeem(token: str) -> tuple[UUID, UUID]:
    """
    Return the organization and the file of an address.

    :raises Gone: when it is too old. :raises NotFound: when it was not made here.
    """
    try:
        organization_id, file_id = signing.loads(token, salt=_SALT, max_age=VALID_SECONDS)
    except signing.SignatureExpired:
        raise Gone("This download link has expired. Go back to the page and choose the download again.") from None
    except signing.BadSignature:
        raise NotFound("There is no such file.") from None
    return UUID(organization_id), UUID(file_id)
