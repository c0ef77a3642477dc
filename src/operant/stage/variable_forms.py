"""Fields that set the variables of a dashboard, for forms of this room and of those above."""

from collections.abc import Iterable
from typing import Any

from django import forms

from operant.platform.refusals import Invalid

from .document.variables import ALL
from .variables import ADDRESSED, Values, Variable, spelled, taken, written

LINES = f"One a line; {ALL} for all."


def setting_fields(variables: Iterable[Variable]) -> dict[str, forms.Field]:
    """Return a field for each variable, which may stay empty: then the dashboard's default holds."""
    return {f"{ADDRESSED}{each.name}": _field(each) for each in variables}


def initial_settings(variables: Iterable[Variable], values: Values) -> dict[str, Any]:
    """Return what such fields show of the values that are set."""
    return {f"{ADDRESSED}{each.name}": _shown(each, values[each.name]) for each in variables if each.name in values}


def said_settings(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a form's fields set, by the names of variables."""
    return {name[len(ADDRESSED) :]: value for name, value in found.items() if name.startswith(ADDRESSED) and value}


def refused_settings(variables: Iterable[Variable], found: dict[str, Any]) -> dict[str, str]:
    """Return what cannot be set, by the name of its field, in a sentence."""
    known, refused = {each.name: each for each in variables}, {}
    for name, value in said_settings(found).items():
        try:
            taken(known[name], value)
        except Invalid as error:
            refused[f"{ADDRESSED}{name}"] = error.sentence
    return refused


def _field(variable: Variable) -> forms.Field:
    holds = written(variable.default)
    choices = (True, False) if variable.type == "boolean" else variable.choices
    if choices is None and variable.is_several:
        lines = forms.Textarea(attrs={"rows": 3, "placeholder": f"As the dashboard says: {holds}"})
        return forms.CharField(label=variable.title, required=False, max_length=5_000, widget=lines, help_text=LINES)
    if choices is None:
        attrs = {"autocomplete": "off", "placeholder": holds or "Any", "type": "date" if variable.type == "date" else "text"}
        return forms.CharField(label=variable.title, required=False, max_length=200, widget=forms.TextInput(attrs=attrs))
    words = [(written(each), written(each)) for each in choices]
    if variable.is_several:
        said = f"None ticked: as the dashboard says, {holds}."
        return _Several(label=variable.title, required=False, choices=[(ALL, "All"), *words], help_text=said)
    usual = ("", f"As the dashboard says: {holds or 'any'}")
    return forms.ChoiceField(label=variable.title, required=False, choices=[usual, *words])


def _shown(variable: Variable, value: Any) -> str | list[str]:
    shown = spelled(value)
    return "\n".join(shown) if isinstance(shown, list) and variable.choices is None else shown


class _Several(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        # What was offered when the page was drawn may be gone by now: `refused_settings` says so in a sentence.
        return True
