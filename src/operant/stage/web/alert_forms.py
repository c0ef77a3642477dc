from decimal import Decimal
from typing import Any

from django import forms

from operant.platform.refusals import Invalid

from .. import phrasing, terms
from ..naming import LONGEST
from ..queries import Figures
from ..terms import Terms

_REDUCTIONS = [
    ("last", "The last row"), ("first", "The first row"), ("highest", "The highest value"), ("lowest", "The lowest value"),
    ("sum", "The sum"), ("average", "The average"),
]  # fmt: skip
_CONDITIONS = [
    ("above", "It is above the limit"), ("below", "It is below the limit"),
    ("changed", "It changes by so many percent, up or down"), ("silent", "It has no value"),
]  # fmt: skip
_WITHIN = (300, 900, 3_600, 6 * 3_600, 86_400, 7 * 86_400)
_DAMPING = (0, 60, 300, 900, 1_800, 3_600, 6 * 3_600, 86_400)


class AlertForm(forms.Form):
    """Which figure of a published dashboard to look at, and when to tell people."""

    # The limit is needed or not, as the condition says; a browser does not know.
    use_required_attribute = False
    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people read when it fires: “Few orders”.")
    figure = forms.ChoiceField(label="Figure")
    reduce = forms.ChoiceField(label="Of several rows", choices=_REDUCTIONS, help_text="Nothing to choose where rows are counted.")
    condition = forms.ChoiceField(label="It fires when", choices=_CONDITIONS)
    limit = forms.DecimalField(
        label="Limit", max_digits=terms.LIMIT_DIGITS, decimal_places=terms.LIMIT_PLACES,
        help_text="In the figure's unit; for a change in percent.",
    )  # fmt: skip
    within = forms.TypedChoiceField(
        label="Changed within", coerce=int, initial=3_600, help_text="Against the value from so long before."
    )
    hold = forms.TypedChoiceField(label="Fires after", coerce=int, initial=300, help_text="So long without a break.")
    rest = forms.TypedChoiceField(label="Is over after", coerce=int, initial=300, help_text="So long without it.")

    def __init__(self, *args: Any, figures: list[Figures], kept: Terms | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(kept) if kept else {}, **kwargs)
        self.fields["limit"].required = self.data.get("condition") != terms.SILENT
        if defaults := "; ".join(f"{each.name} with {each.defaults}" for each in figures if each.defaults):
            self.fields["figure"].help_text = f"It looks at the defaults of variables, whatever screens and links set: {defaults}."
        self.fields["figure"].choices = _figures(figures, kept)
        self.fields["within"].choices = _spans(_WITHIN, kept.within_seconds if kept else 0)
        self.fields["hold"].choices = _spans(_DAMPING, kept.hold_seconds if kept else 0)
        self.fields["rest"].choices = _spans(_DAMPING, kept.rest_seconds if kept else 0)

    def clean(self) -> None:
        if not self.errors:
            try:
                terms.checked(self.terms())
            except Invalid as refused:
                raise forms.ValidationError(refused.sentence) from None

    def terms(self) -> Terms:
        """Return what the form says."""
        found = self.cleaned_data
        query_id, _, column = found["figure"].partition("|")
        limit: Decimal | None = found["limit"]
        return Terms(
            name=found["name"], query_id=query_id, column=column, reduce=found["reduce"] if column else terms.ROWS,
            condition=found["condition"], limit=limit, within_seconds=found["within"], hold_seconds=found["hold"],
            rest_seconds=found["rest"],
        )  # fmt: skip


def _initial(kept: Terms) -> dict[str, Any]:
    return {
        "name": kept.name, "figure": f"{kept.query_id}|{kept.column}", "reduce": kept.reduce, "condition": kept.condition,
        "limit": None if kept.limit is None else phrasing.exact(kept.limit), "within": kept.within_seconds or 3_600,
        "hold": kept.hold_seconds, "rest": kept.rest_seconds,
    }  # fmt: skip


def _figures(figures: list[Figures], kept: Terms | None) -> list[tuple[str, list[tuple[str, str]]]]:
    chosen = []
    for each in figures:
        known = [*(each.columns or []), *([kept.column] if kept and kept.query_id == each.query_id and not each.columns else [])]
        columns = [(f"{each.query_id}|{column}", f"{each.name}: {column}") for column in known if column]
        chosen.append((each.name, [*columns, (f"{each.query_id}|", f"{each.name}: how many rows")]))
    return chosen


def _spans(usual: tuple[int, ...], kept: int) -> list[tuple[int, str]]:
    # A program may have said another one.
    return [(each, phrasing.span(each) if each else "At once") for each in sorted({*usual, *([kept] if kept else [])})]
