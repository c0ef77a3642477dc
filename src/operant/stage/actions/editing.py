import re
from collections.abc import Sequence
from datetime import timedelta

from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.live import hint
from operant.platform.refusals import Invalid

from ..models import Dashboard, Editing

STANDS_FOR = timedelta(minutes=1)
LONGEST_TAB = 40
MOST_SELECTED = 60
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def note_editing(*, dashboard: Dashboard, member: Membership, tab: str, selection: Sequence[str]) -> list[Editing]:
    """
    This function will keep that a member edits a dashboard in a tab, and return who else does, by when they came.

    :raises Invalid: when the tab or what is selected is not what an editor sends.
    """
    if not 0 < len(tab) <= LONGEST_TAB or len(selection) > MOST_SELECTED or not all(map(_is_id, selection)):
        raise Invalid("This is not what the editor says of itself.")
    here = Editing.objects.filter(dashboard=dashboard)
    gone, _ = here.filter(seen_at__lt=clock.now() - STANDS_FOR).delete()
    mine = here.filter(tab=tab, member=member)
    before = mine.values_list("selection", flat=True).first()
    if before is None:
        Editing.objects.get_or_create(dashboard=dashboard, tab=tab, defaults={"member": member, "selection": list(selection)})
    else:
        mine.update(selection=list(selection), seen_at=clock.now())
    if gone or before != list(selection):
        hint(topic(dashboard))
    return list(here.exclude(tab=tab).select_related("member__person").order_by("member_id", "tab"))


def end_editing(*, dashboard: Dashboard, member: Membership, tab: str) -> None:
    """This function will keep that a tab edits a dashboard no longer; a second time it changes nothing."""
    if Editing.objects.filter(dashboard=dashboard, member=member, tab=tab).delete()[0]:
        hint(topic(dashboard))


def topic(dashboard: Dashboard) -> str:
    """Return the topic on which a dashboard's editors hear of each other and of its draft."""
    return f"draft:{dashboard.public_id}"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None
