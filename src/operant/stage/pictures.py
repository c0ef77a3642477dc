"""How a picture on dashboards is named: whoever knows its name may see it, so the name is no row number."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from django.db.models import F, Func, JSONField, QuerySet, Value

from operant.panel.organizations import queries as organizations
from operant.platform import tenancy
from operant.platform.files.models import File
from operant.platform.refusals import NotFound

from .models import Dashboard, DashboardVersion, EarlierDraft, PlannedPublication

KINDS = ("png", "jpeg")
_KEPT_IN = ((Dashboard, "draft"), (DashboardVersion, "document"), (EarlierDraft, "draft"), (PlannedPublication, "document"))
_ALL_OF = "jsonb_path_query(%(expressions)s::jsonpath)"
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


def kept() -> QuerySet[File]:
    """Return the pictures for dashboards: all of the organization in scope beside its logo."""
    logo = organizations.organization().logo_id
    found = File.objects.filter(kind__in=KINDS)
    return found.exclude(pk=logo) if logo else found


def keys(document: dict[str, Any]) -> set[UUID]:
    """Return the files of the organization in scope that a document names as pictures."""
    return {key for each in _named(document).values() if (key := _key(each))}


def missing(document: dict[str, Any]) -> list[int]:
    """Return the positions of a document's widgets whose picture the organization in scope does not have."""
    wanted = keys(document)
    here = set(File.objects.filter(pk__in=wanted, kind__in=KINDS).values_list("pk", flat=True)) if wanted else set()
    return [at for at, each in _named(document).items() if each and _key(each) not in here]


def used() -> set[UUID]:
    """
    Return every picture that a draft, a version, a plan or a draft of before names, of deleted dashboards too.

    Versions and deleted dashboards come back; playlists, schedules and share links show what stands in versions.
    """
    found: set[Any] = set()
    for kind, column in _KEPT_IN:
        named = Func(F(column), Value("$.widgets[*].options.picture"), template=_ALL_OF, output_field=JSONField())
        rows = kind.objects.filter(**{f"{column}__widgets__contains": [{"kind": "image"}]}).order_by()
        found.update(rows.annotate(named=named).values_list("named", flat=True).distinct())
    return {key for each in found if (key := _key(each))}


def _named(document: dict[str, Any]) -> dict[int, str]:
    widgets = enumerate(document["widgets"])
    return {at: each["options"].get("picture", "") for at, each in widgets if each["kind"] == "image"}


def _key(named: str) -> UUID | None:
    try:
        organization_id, file_id = parts(named)
    except NotFound:
        return None
    return file_id if organization_id == tenancy.current_organization_id() else None
