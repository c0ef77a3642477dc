from django import forms

from .. import queries


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.ChoiceField(
        choices=lambda: [("", "This browser's zone"), *queries.zones()], required=False, label="Time zone",
        help_text="Times on pages and in mails are shown in it.",
    )
