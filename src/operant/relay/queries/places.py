"""Where screens are: sites, groups and tags. Inside the organization's scope."""

from uuid import UUID

from django.db.models import CharField, Count, Func, Q, QuerySet

from operant.platform.refusals import NotFound

from ..models import Group, Screen, Site

PAIRED = Count("screens", filter=Q(screens__unpaired_at=None))


def sites() -> QuerySet[Site]:
    """Return the sites, by name, each with how many screens hang there."""
    return Site.objects.annotate(hanging=PAIRED).order_by("name", "pk")


def site(site_id: UUID, *, locked: bool = False) -> Site:
    """
    Return one site, locked until the transaction ends if asked.

    :raises NotFound: when there is none here.
    """
    found = Site.objects.filter(pk=site_id)
    return _one((found.select_for_update() if locked else found).first(), "site")


def groups() -> QuerySet[Group]:
    """Return the groups, by name, each with how many screens are in it."""
    return Group.objects.annotate(within=PAIRED).order_by("name", "pk")


def group(group_id: UUID, *, locked: bool = False) -> Group:
    """
    Return one group, locked until the transaction ends if asked.

    :raises NotFound: when there is none here.
    """
    found = Group.objects.filter(pk=group_id)
    return _one((found.select_for_update() if locked else found).first(), "group")


def screen(screen_id: UUID) -> Screen:
    """
    Return one paired screen, as bare as it stands.

    :raises NotFound: when there is none here.
    """
    return _one(Screen.objects.paired().filter(pk=screen_id).first(), "screen")


def tags() -> list[str]:
    """Return the tags that screens have, each once, by name."""
    each = Func("tags", function="jsonb_array_elements_text", output_field=CharField())
    rows = Screen.objects.paired().exclude(tags=[]).order_by().annotate(tag=each).values_list("tag", flat=True).distinct()
    return sorted(rows, key=str.casefold)


def _one(found, noun: str):
    if found is None:
        raise NotFound(f"There is no such {noun} here. It may have been deleted.")
    return found
