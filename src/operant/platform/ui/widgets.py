"""What forms show their fields with, where Django's own is not enough."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A select of hundreds of options: Django's renders a template for each, which takes longer than the rest of the page."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: object = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if key in chosen else "", shown) for key, shown in self.choices),
        )  # fmt: skip
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({**self.attrs, "name": name}, attrs)), options)
