from contextlib import nullcontext
from typing import Any

from operant.platform import queue, tenancy
from operant.platform.tenancy import context as tenancy_context

from .writing import write


def send_mail(*, to: str, template: str, context: dict[str, Any], category: str) -> None:
    """
    Queue one mail from the organization in scope, or from the operator's outside a scope.

    It leaves after the transaction commits. Header injection is impossible: line breaks in subjects and addresses are
    folded to spaces or refused.
    """
    from .models import Message  # the package is imported before models are ready

    words = write(template, context)
    scope = nullcontext() if tenancy_context.is_open() else tenancy.organization_scope(tenancy.OPERATOR)
    with scope:
        message = Message.objects.create(
            category=Message.Category(category), template=template,
            recipient=" ".join(to.split()), subject=words.subject, text=words.text, html=words.html,
        )
        queue.defer("messaging.deliver", organization_id=message.organization_id, ids=[message.pk])
