"""From a template to a mail: `mail/<name>.txt` (its first line is the subject) and `mail/<name>.mjml`."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.conf import settings
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Written:
    """A mail's words, in both forms."""

    subject: str
    text: str
    html: str


def write(template: str, context: dict[str, Any]) -> Written:
    """Return the mail that a template makes of `context`."""
    values = {"public_url": settings.PUBLIC_URL, **context}
    subject, _, text = render_to_string(f"mail/{template}.txt", values).partition("\n")
    html = mrml.to_html(render_to_string(f"mail/{template}.mjml", values))
    return Written(" ".join(subject.split()), text.strip() + "\n", html.content)
