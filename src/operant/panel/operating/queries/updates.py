from django.db.models import QuerySet

from ..models import ProductUpdate


def updates() -> QuerySet[ProductUpdate]:
    """Return the product news that were sent, or are being sent, with who wrote them. In the operator's scope."""
    return ProductUpdate.objects.select_related("by")
