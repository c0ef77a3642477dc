"""Pictures that dashboards show."""

from typing import Any

from operant.panel.organizations import queries as organizations
from operant.platform import files
from operant.platform.events import announce
from operant.platform.files.models import File

from .. import events, pictures
from ..models import Dashboard


def add_picture(*, dashboard: Dashboard, upload: Any, file_name: str) -> File:
    """
    This function will keep a picture for dashboards; one that is here already is not kept twice.

    :raises Invalid: when it is no PNG or JPEG, too large, damaged, or over the quota.
    """
    kept = files.store_picture(upload, name=file_name)
    # The logo goes when there is another one.
    others = File.objects.exclude(pk__in=[kept.pk, organizations.organization().logo_id or kept.pk])
    same = others.filter(sha256=kept.sha256, size=kept.size, kind__in=pictures.KINDS)
    if before := same.order_by("created_at").first():
        kept.delete()
        return before
    told = events.PictureAdded(dashboard_id=dashboard.public_id, dashboard=dashboard.name, picture=kept.name)
    announce(told, about=dashboard)
    return kept
