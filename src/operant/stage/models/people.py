from django.conf import settings
from django.db import models


def person(related_name: str = "+") -> models.ForeignKey:
    """Return the field for somebody who made a thing, which outlasts them."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name=related_name)
