from django import forms

from operant.stage import queries as stage
from operant.stage.models import Dashboard
from operant.stage.variable_forms import refused_settings, said_settings, setting_fields
from operant.stage.variables import Variable

from ..models import Command, Screen

NOTHING = ("", "Nothing yet")


class DashboardField(forms.ChoiceField):
    """A choice among the dashboards of the organization in scope, or none."""

    def __init__(self, **kwargs) -> None:
        super().__init__(label="Dashboard", required=False, **kwargs)

    def load(self) -> "DashboardField":
        self.dashboards = {each.public_id: each for each in stage.dashboards()}
        words = [
            (key, each.name if each.published else f"{each.name} (not published yet)")
            for key, each in self.dashboards.items()
        ]
        self.choices = [NOTHING, *words]
        return self

    def clean(self, value) -> Dashboard | None:
        return self.dashboards.get(super().clean(value))


class PairForm(forms.Form):
    code = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=80, label="Name", help_text="Where it hangs, for example “Lobby north”.")
    dashboard = DashboardField(help_text="It shows the published version and follows each new one.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dashboard"].load()


class ShowForm(forms.Form):
    dashboard = DashboardField(help_text="The screen follows each publication by itself.")
    theme = forms.ChoiceField(choices=Screen.Theme.choices, help_text="Dark is easier on the eyes in most rooms.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dashboard"].load()


class VariablesForm(forms.Form):
    """What the variables of a screen's dashboard are set to on this screen."""

    def __init__(self, *args, variables: list[Variable], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.variables = variables
        self.fields |= setting_fields(variables)

    def clean(self) -> None:
        for name, refused in refused_settings(self.variables, self.cleaned_data).items():
            self.add_error(name, refused)

    def said(self) -> dict[str, str]:
        """Return what it sets."""
        return said_settings(self.cleaned_data)


class NameForm(forms.Form):
    name = forms.CharField(max_length=80)


class CommandForm(forms.Form):
    kind = forms.ChoiceField(choices=Command.Kind.choices)


def dashboard_id(dashboard: Dashboard | None) -> str:
    return dashboard.public_id if dashboard else ""
