from contextlib import nullcontext
from typing import Any

from operant.platform import queue, tenancy
from operant.platform.tenancy import context as tenancy_context

from . import branding
from .writing import write

OPTIONAL = frozenset({"notice"})
"""What people need not get, and so says where its sender is found."""


def send_mail(*, to: str, template: str, context: dict[str, Any], category: str) -> None:
    """
    Queue one mail from the organization in scope, or from the operator's outside a scope.

    It leaves after the transaction commits. Header injection is impossible: line breaks in subjects and addresses are
    folded to spaces or refused.
    """
    from .models import Message  # the package is imported before models are ready

    scope = nullcontext() if tenancy_context.is_open() else tenancy.organization_scope(tenancy.OPERATOR)
    with scope:
        words = write(template, context, branding.current(), has_address=category in OPTIONAL)
        message = Message.objects.create(
            category=Message.Category(category), template=template,
            recipient=" ".join(to.split()), subject=words.subject, text=words.text, html=words.html,
        )
        queue.defer("messaging.deliver", organization_id=message.organization_id, ids=[message.pk])
