"""From a template to a mail: `mail/<use>/<name>.txt` (its first line is the subject) and `mail/<use>/<name>.mjml`."""

from dataclasses import dataclass
from typing import Any

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.text import Truncator

from .branding import Brand
from .categories import Category

# What lists of mails show is shorter still; the whole sentence stands in the mail.
SUBJECT_LENGTH = 120


@dataclass(frozen=True)
class Written:
    """A mail's words, in both forms."""

    subject: str
    text: str
    html: str


def write(template: str, category: Category, context: dict[str, Any], brand: Brand) -> Written:
    """
    Return the mail that a template makes of `context`, in the look of `brand`.

    It stands in the folder of the category's use, so no template is put to another one. What people need not get says
    where its sender is found.
    """
    address = "" if category.is_essential else brand.postal_address
    given = {name: _on_one_line(value) for name, value in context.items()}
    values = {
        "public_url": settings.PUBLIC_URL, "category": category, "brand": brand, "postal_address": address, **given,
    }  # fmt: skip
    # Plain text knows no markup: escaping would show people &amp; and &#x27;.
    plain = get_template(f"mail/{category.use}/{template}.txt").template.render(Context(values, autoescape=False))
    subject, _, text = plain.partition("\n")
    html = mrml.to_html(render_to_string(f"mail/{category.use}/{template}.mjml", values))
    foot = _foot(brand, address, context.get("unsubscribe", ""))
    return Written(Truncator(" ".join(subject.split())).chars(SUBJECT_LENGTH), text.strip() + "\n" + foot, html.content)


def _foot(brand: Brand, address: str, unsubscribe: str) -> str:
    ending = f"\nStop these mails: {unsubscribe}\n" if unsubscribe else ""
    return ending + (f"\n--\n{brand.sender}\n{address}\n" if address else "")


def _on_one_line(value: Any) -> Any:
    # A name with a line break would end the subject and write its own first lines.
    return " ".join(value.split()) if isinstance(value, str) else value
