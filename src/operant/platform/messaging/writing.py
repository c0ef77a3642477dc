"""From a template to a mail: `mail/<name>.txt` (its first line is the subject) and `mail/<name>.mjml`."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string

from .branding import Brand


@dataclass(frozen=True)
class Written:
    """A mail's words, in both forms."""

    subject: str
    text: str
    html: str


def write(template: str, context: dict[str, Any], brand: Brand, *, has_address: bool = False) -> Written:
    """Return the mail that a template makes of `context`, in the look of `brand`, with its postal address if wanted."""
    address = brand.postal_address if has_address else ""
    plain_values = {name: _on_one_line(value) for name, value in context.items()}
    values = {"public_url": settings.PUBLIC_URL, "brand": brand, "postal_address": address, **plain_values}
    # Plain text knows no markup: escaping would show people &amp; and &#x27;.
    plain = get_template(f"mail/{template}.txt").template.render(Context(values, autoescape=False))
    subject, _, text = plain.partition("\n")
    html = mrml.to_html(render_to_string(f"mail/{template}.mjml", values))
    foot = f"\n--\n{brand.sender}\n{address}\n" if address else ""
    return Written(" ".join(subject.split()), text.strip() + "\n" + foot, html.content)


def _on_one_line(value: Any) -> Any:
    # A name with a line break would end the subject and write its own first lines.
    return " ".join(value.split()) if isinstance(value, str) else value
