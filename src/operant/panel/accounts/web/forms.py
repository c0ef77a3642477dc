from django import forms

from operant.platform import reading
from operant.platform.ui.widgets import LongSelect

from .. import queries
from ..fields import NameField


class ProfileForm(forms.Form):
    name = NameField()
    time_zone = forms.ChoiceField(
        choices=lambda: [("", "This browser's zone"), *queries.zones()], required=False, label="Time zone",
        widget=LongSelect,
        help_text="Times on pages, and in mails about your account, are shown in it.",
    )
    locale = forms.ChoiceField(
        choices=reading.choices, label="Dates and numbers",
        help_text="How they are written on pages. The words are English: there is no other language yet.",
    )
