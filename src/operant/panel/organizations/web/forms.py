from django import forms

from operant.panel.accounts.queries import zones

from ..choices import LOCALES
from ..models import Role


class FoundForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name of the organization")


class SettingsForm(forms.Form):
    name = forms.CharField(max_length=120)
    time_zone = forms.ChoiceField(choices=zones, help_text="Screens show dates and times in it.")
    locale = forms.ChoiceField(choices=LOCALES, label="Numbers and dates", help_text="How screens write them.")


class RequirementForm(forms.Form):
    starts_on = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Until then members see a notice. From then on they set one up before they enter.",
    )


class InviteForm(forms.Form):
    email = forms.EmailField(max_length=254, label="Work email")
    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role, initial=Role.EDITOR)

    def __init__(self, *args, most: Role, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role.rank <= most.rank]


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)
