from typing import Any

from django import template

from operant.platform import tenancy
from operant.platform.live import tokens

register = template.Library()


@register.simple_tag
def live_topics(*topics: Any) -> str:
    """Return a token for the topics this page may wait for, in the organization in scope."""
    return tokens.issue(tenancy.current_organization_id(), [str(topic) for topic in topics])
