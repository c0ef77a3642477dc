from django import forms
from django.test.html import parse_html

from operant.platform.ui.widgets import LongSelect

CHOICES = [("", "Any"), ("a/b", 'A & "B"'), ("c", "<C>")]


def test_a_long_select_says_what_djangos_says():
    for value in (None, "", "a/b", "elsewhere"):
        ours, theirs = (
            forms.ChoiceField(choices=CHOICES, widget=kind(attrs={"class": "wide"})).widget.render(
                "zone", value, {"id": "id_zone", "required": True}
            )
            for kind in (LongSelect, forms.Select)
        )
        assert parse_html(ours) == parse_html(theirs)
