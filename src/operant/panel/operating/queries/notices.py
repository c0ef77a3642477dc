from django.db.models import QuerySet

from ..models import Notice


def standing() -> QuerySet[Notice]:
    """Return the notice that everybody sees, or none."""
    return Notice.objects.filter(withdrawn_at=None)
