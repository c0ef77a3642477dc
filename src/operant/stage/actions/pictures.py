"""Pictures that dashboards show."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from operant.platform import clock, files, retention
from operant.platform.events import announce
from operant.platform.files.models import File

from .. import events, pictures
from ..models import Dashboard

UNUSED_FOR = retention.keep(
    "pictures", "Pictures that no draft and no version of a dashboard names", kept=timedelta(days=30),
    since="after the last one did", chore="stage.forget_pictures",
)  # fmt: skip


def add_picture(*, dashboard: Dashboard, upload: Any, file_name: str) -> File:
    """
    This function will keep a picture for dashboards; one that is here already is not kept twice.

    :raises Invalid: when it is no PNG or JPEG, too large, damaged, or over the quota.
    """
    kept = files.store_picture(upload, name=file_name)
    # The logo goes when there is another one.
    same = pictures.kept().exclude(pk=kept.pk).filter(sha256=kept.sha256, size=kept.size)
    if before := same.order_by("created_at").first():
        need({before.pk})
        kept.delete()
        return before
    told = events.PictureAdded(dashboard_id=dashboard.public_id, dashboard=dashboard.name, picture=kept.name)
    announce(told, about=dashboard)
    return kept


def need(keys: set[UUID]) -> None:
    """This function will let pictures count as used again, before somebody names them in something that is not written yet."""
    # Whoever deletes them waits for this row, or this for them; then they are missing.
    File.objects.filter(pk__in=keys).exclude(unused_since=None).update(unused_since=None)


def forget_pictures() -> int:
    """
    This function will delete the pictures that nothing names, and has not for thirty days; it returns how many.

    For so long an editor that is open may still undo what it removed.
    """
    used = pictures.used()
    unused = pictures.kept().exclude(pk__in=used)
    need(used)
    unused.filter(unused_since=None).update(unused_since=clock.now())
    gone = list(unused.filter(unused_since__lte=UNUSED_FOR.cutoff).select_for_update())
    for each in gone:
        announce(events.PictureForgotten(picture=each.name))
        each.delete()
    return len(gone)
