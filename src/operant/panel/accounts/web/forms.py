from zoneinfo import available_timezones

from django import forms


def zones() -> list[tuple[str, str]]:
    """Return every time zone a person can choose, the system's own first."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("", "This browser's zone"), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.ChoiceField(
        choices=zones, required=False, label="Time zone", help_text="Times on pages and in mails are shown in it."
    )
