"""What templates of pages and components need beyond Django's own tags."""

import re

from django import template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from operant.platform import reading
from operant.platform.ui import cells, toasts

register = template.Library()

BUTTONS = {
    "primary": "btn btn-primary",
    "secondary": "btn ot-btn-plain",
    "quiet": "btn btn-ghost",
    "danger": "btn btn-error",
    "quiet-danger": "btn btn-ghost text-error",
}
CONTROLS = {"checkbox": "checkbox", "radio": "radio", "select": "select", "file": "file-input"}


@register.tag
def capture(parser, token):
    """`{% capture as name %}…{% endcapture %}`: lets a block be used twice."""
    _, _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodelist)


class CaptureNode(template.Node):
    def __init__(self, name: str, nodelist) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context) -> str:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.filter
def html(attrs) -> SafeString:
    """
    Write a component's remaining attributes, escaped: `{{ attrs|html }}`.

    Cotton's own `{{ attrs }}` does not escape a value that begins and ends with a quote.
    """
    return flatatt({name: value for name, value in attrs.attrs_dict().items() if value not in (None, False)})


@register.simple_tag
def control(field: BoundField, extra=None, helped: bool = False) -> SafeString:
    """Draw a form field's input with our looks, tied to its help and its errors."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "textarea" if "Textarea" in type(widget).__name__ else "text")
    attrs = {name: value for name, value in (extra.attrs_dict() if extra else {}).items() if value is not None}
    described = [f"{field.auto_id}-help"] if helped else []
    if field.errors:
        described.append(f"{field.auto_id}-error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    looks = CONTROLS.get(kind, "textarea" if kind == "textarea" else "input")
    attrs["class"] = f"{looks} {widget.attrs.get('class', '')}".strip()
    drawn = field.as_widget(attrs=attrs)
    return format_html("<ot-password>{}</ot-password>", drawn) if kind == "password" else drawn


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is several inputs under one question."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def as_pattern(phrase: str) -> str:
    """The `pattern` that only this phrase fulfils; browsers refuse escapes that are not needed."""
    return re.sub(r"([\\^$.*+?()\[\]{}|/])", r"\\\1", str(phrase))


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not is_group(field)


@register.filter
def undo(message) -> str:
    return toasts.undo_of(message)


@register.filter
def moment(at) -> SafeString:
    return cells.time(at)


@register.filter
def number(value) -> str:
    """A number as the reader writes numbers."""
    return reading.number(value)


@register.filter
def instant(at) -> str:
    """An instant in full, in the reader's zone: for mails, and where no script keeps it true."""
    return reading.instant(at)


@register.filter
def lasting(seconds: int) -> str:
    """A span in words: the two largest units that it has."""
    minutes, days = max(1, seconds // 60), seconds // 86400
    parts = [(days, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    words = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return " and ".join(words[:2])


@register.filter
def initials(name: str) -> str:
    """Two letters that stand for a person where there is no picture."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    return format_html('<span class="iconify {} {}" aria-hidden="true"></span>', name, extra) if name else ""


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    return icon(cells.TONES.get(tone, ""))


@register.filter
def button(kind: str) -> str:
    """The classes of a button of this kind, written out so that Tailwind finds them."""
    return BUTTONS[kind]


@register.simple_tag
def option_control(option) -> SafeString:
    """Draw one input of a group of radios or checkboxes."""
    data = option.data
    attrs = {**data["attrs"], "class": CONTROLS.get(data["type"], "")}
    # A template for each of many would be most of the page.
    return format_html('<input type="{}" name="{}" value="{}"{}>', data["type"], data["name"], data["value"], flatatt(attrs))
