"""From a template to a mail: `mail/<name>.txt` (its first line is the subject) and `mail/<name>.mjml`."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string


@dataclass(frozen=True)
class Written:
    """A mail's words, in both forms."""

    subject: str
    text: str
    html: str


def write(template: str, context: dict[str, Any]) -> Written:
    """Return the mail that a template makes of `context`."""
    values = {"public_url": settings.PUBLIC_URL, **context}
    # Plain text knows no markup: escaping would show people &amp; and &#x27;.
    plain = get_template(f"mail/{template}.txt").template.render(Context(values, autoescape=False))
    subject, _, text = plain.partition("\n")
    html = mrml.to_html(render_to_string(f"mail/{template}.mjml", values))
    return Written(" ".join(subject.split()), text.strip() + "\n", html.content)
