"""What pages outside accounts' own views ask about the identity provider."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def identity_provider() -> Any:
    """Return the identity provider that people can sign in with, or None."""
    return settings.OIDC
