from django import forms

from operant.panel.accounts.queries import zones
from operant.platform.ui.widgets import LongSelect

from ..brand import COLOR
from ..choices import LOCALES, currencies
from ..models import SERVICE_ROLES, Membership, Role


class FoundForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name of the organization")


class SettingsForm(forms.Form):
    name = forms.CharField(max_length=120)
    time_zone = forms.ChoiceField(choices=zones, widget=LongSelect, help_text="Screens show dates and times in it.")
    locale = forms.ChoiceField(choices=LOCALES, label="Numbers and dates", help_text="How screens write them.")
    currency = forms.ChoiceField(choices=currencies, widget=LongSelect, help_text="What amounts are in unless they say otherwise.")
    postal_address = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        help_text="Stands at the end of mails that people need not get.",
    )


class BrandForm(forms.Form):
    color = forms.RegexField(
        COLOR, widget=forms.TextInput(attrs={"type": "color"}), label="Brand color",
        error_messages={"invalid": "A color is written like #2150b8."},
    )  # fmt: skip
    logo = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text="PNG or JPEG, at most 500 kB and 1024 by 1024 pixels.",
    )


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


class HandOverForm(forms.Form):
    member = forms.ChoiceField(label="The new owner")
    confirmation = forms.CharField(max_length=120)

    def __init__(self, *args, members: list[Membership], name: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._members, self._name = {str(each.pk): each for each in members}, name
        self.fields["member"].choices = [(key, f"{each.name} ({each.role})") for key, each in self._members.items()]

    def clean_member(self) -> Membership:
        return self._members[self.cleaned_data["member"]]

    def clean_confirmation(self) -> str:
        if self.cleaned_data["confirmation"] != self._name:
            raise forms.ValidationError(f"Type {self._name} exactly.")
        return self._name


class ServiceForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What acts in it, for example “Nightly upload”.")
    role = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in SERVICE_ROLES], coerce=Role, initial=Role.EDITOR
    )


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)
