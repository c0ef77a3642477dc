from typing import Any

from django import template
from django.template import Context

from operant.platform.live import tokens

register = template.Library()


@register.simple_tag(takes_context=True)
def live_topics(context: Context, *topics: Any) -> str:
    """
    Return a token for the topics this page may wait for, and those of the signs in its bar; nothing without any.

    A topic may be a list of topics.
    """
    shell, wanted = context["shell"], list(context["shell"].topics)
    for topic in topics:
        wanted += topic if isinstance(topic, list) else [str(topic)]
    return tokens.issue(shell.organization.pk, wanted) if shell.organization and wanted else ""
