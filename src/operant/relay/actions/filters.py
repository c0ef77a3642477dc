from operant.panel.organizations.models import Membership
from operant.platform.refusals import Refusal
from operant.stage.naming import clean

from ..models import SavedFilter

MOST_FILTERS = 20


def keep_filter(*, member: Membership, name: str, query: str) -> SavedFilter:
    """
    This function will keep under a name how a member narrows the list of screens; under a name that is there it takes its place.

    :raises Invalid: when it has no name.
    :raises Refusal: when the member keeps too many.
    """
    mine, name = SavedFilter.objects.filter(member=member), clean(name, "A filter")[:60]
    if mine.exclude(name=name).count() >= MOST_FILTERS:
        raise Refusal(f"You keep {MOST_FILTERS} filters already. Delete one that you do not need.")
    kept, _ = SavedFilter.objects.update_or_create(member=member, name=name, defaults={"query": query})
    return kept


def forget_filter(*, kept: SavedFilter) -> None:
    """This function will keep a filter no longer."""
    kept.delete()
