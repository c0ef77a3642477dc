"""From a template to a mail: `mail/<use>/<name>.txt` (its first line is the subject) and `mail/<use>/<name>.mjml`."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string

from .categories import Category


@dataclass(frozen=True)
class Written:
    """A mail's words, in both forms."""

    subject: str
    text: str
    html: str


def write(template: str, category: Category, context: dict[str, Any]) -> Written:
    """
    Return the mail that a template makes of `context`.

    It stands in the folder of the category's use, so no template is put to another one.
    """
    values = {"public_url": settings.PUBLIC_URL, "category": category, **context}
    # Plain text knows no markup: escaping would show people &amp; and &#x27;.
    plain = get_template(f"mail/{category.use}/{template}.txt").template.render(Context(values, autoescape=False))
    subject, _, text = plain.partition("\n")
    html = mrml.to_html(render_to_string(f"mail/{category.use}/{template}.mjml", values))
    return Written(" ".join(subject.split()), text.strip() + "\n" + _foot(category, context), html.content)


def _foot(category: Category, context: dict[str, Any]) -> str:
    return f"\nStop these mails: {context['unsubscribe']}\n" if context.get("unsubscribe") else ""
