from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import actions, budgets, queries, rules
from ..models import Source


class BudgetForm(forms.Form):
    """How much asking a source may come to within an hour."""

    runs = forms.IntegerField(
        label="Runs an hour", required=False, min_value=1, max_value=budgets.MOST_RUNS,
        help_text="Empty is no limit. Previews and questions of programs count, too.",
    )  # fmt: skip
    seconds = forms.IntegerField(
        label="Seconds of queries an hour", required=False, min_value=1, max_value=budgets.MOST_SECONDS,
        help_text="How long its queries may take, all together.",
    )  # fmt: skip


@require_POST
@requires(rules.change_sources)
def budget(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found, form = queries.source(source_id), BudgetForm(request.POST)
    if form.is_valid():
        actions.set_budget(source=found, by=request.user, **form.cleaned_data)
        toasts.done(request, f"The budget of {found.name} is now: {budgets.words(found)}.")
    else:
        toasts.failed(request, "The budget stays as it was: it needs whole numbers, or nothing.")
    return redirect("source", request.organization.slug, source_id)


def shown(source: Source) -> dict[str, Any]:
    """Return what a source's page shows of its budget."""
    form = BudgetForm(initial={"runs": source.budget_runs, "seconds": source.budget_seconds})
    return {
        "budget": budgets.words(source), "spent": budgets.spent(source), "held": budgets.held(source), "budget_form": form,
    }  # fmt: skip
