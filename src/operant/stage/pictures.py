"""How a picture on dashboards is named: whoever knows its name may see it, so the name is no row number."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from operant.platform import tenancy
from operant.platform.files.models import File
from operant.platform.refusals import NotFound

KINDS = ("png", "jpeg")
_HALF = 16


def name(organization_id: UUID, file_id: UUID) -> str:
    """Return what documents call a picture. Its file's id is chance, 122 bits of it, and stands nowhere else."""
    return urlsafe_b64encode(organization_id.bytes + file_id.bytes).decode().rstrip("=")


def parts(named: str) -> tuple[UUID, UUID]:
    """
    Return the organization and the file that a name says.

    :raises NotFound: when it is no name.
    """
    try:
        raw = urlsafe_b64decode(named + "=")
    except ValueError:
        raw = b""
    # Spelled in one way only: the last letter has bits to spare.
    if len(raw) != 2 * _HALF or urlsafe_b64encode(raw).decode().rstrip("=") != named:
        raise NotFound("There is no such picture.")
    return UUID(bytes=raw[:_HALF]), UUID(bytes=raw[_HALF:])


def picture(file_id: UUID) -> File:
    """
    Return a picture of the organization in scope.

    :raises NotFound: when there is no such picture.
    """
    found = File.objects.filter(pk=file_id, kind__in=KINDS).first()
    if found is None:
        raise NotFound("There is no such picture.")
    return found


def missing(document: dict[str, Any]) -> list[int]:
    """Return the positions of a document's widgets whose picture the organization in scope does not have."""
    widgets = enumerate(document["widgets"])
    named = {at: each["options"].get("picture", "") for at, each in widgets if each["kind"] == "image"}
    keys = {each: _key(each) for each in set(named.values()) - {""}}
    wanted = [each for each in keys.values() if each]
    here = set(File.objects.filter(pk__in=wanted, kind__in=KINDS).values_list("pk", flat=True)) if wanted else set()
    return [at for at, each in named.items() if each and keys[each] not in here]


def _key(named: str) -> UUID | None:
    try:
        organization_id, file_id = parts(named)
    except NotFound:
        return None
    return file_id if organization_id == tenancy.current_organization_id() else None
