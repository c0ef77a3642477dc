from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

from operant.platform import queue, tenancy
from operant.platform.tenancy import context as tenancy_context

from . import branding, categories
from .writing import write

if TYPE_CHECKING:
    from .models import Message

GATES: list[Callable[["Message"], str]] = []
"""Asked right before a mail leaves, in its scope, why it must not; nothing is a yes. Rooms that know register here."""


def send_mail(
    *, to: str, template: str, context: dict[str, Any], category: str, person_id: UUID | None = None, unsubscribe: str = ""
) -> "Message":
    """
    Queue one mail from the organization in scope, or from the operator's outside a scope.

    It leaves after the transaction commits, unless by then the account of the person it is for has ended.
    `unsubscribe` is the address that ends mails of this category, which those that are not essential need. Header
    injection is impossible: line breaks in subjects and addresses are folded to spaces or refused.

    :raises LookupError: when there is no such category.
    :raises ValueError: when nobody could end mails that are not essential.
    """
    from .models import Message  # the package is imported before models are ready

    known = categories.named(category)
    if not (known.is_essential or unsubscribe and person_id):
        raise ValueError(f"Mails about {category} are not essential: they need a person and a link that ends them.")
    scope = nullcontext() if tenancy_context.is_open() else tenancy.organization_scope(tenancy.OPERATOR)
    with scope:
        words = write(template, known, {**context, "unsubscribe": unsubscribe}, branding.current())
        message = Message.objects.create(
            category=category, template=template, recipient=" ".join(to.split()), person_id=person_id,
            unsubscribe=unsubscribe or None, subject=words.subject, text=words.text, html=words.html,
        )
        queue.defer("messaging.deliver", organization_id=message.organization_id, ids=[message.pk])
    return message


def send_now(message: "Message") -> None:
    """
    Send a mail that was queued from here and now, and not when a worker comes to it: for what is said of the worker itself.

    Whoever claims it first sends it, so it leaves once. Needs no scope, and that the mail is committed.
    """
    from .jobs import deliver_one

    deliver_one(message.organization_id, message.pk)
