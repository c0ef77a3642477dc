import json

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Invalid

from .. import actions, datasets, rules
from ..models import Source
from ..naming import LONGEST
from .connections import OFFERS

START = "sold_at datetime\nregion text\nrevenue decimal"


class DatasetForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people call it, for example “Sales”.")
    columns = forms.CharField(
        label="Columns", max_length=10_000, initial=START,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "font-mono"}),
        help_text=f"One a line: its name, and one of {', '.join(datasets.TYPES)}.",
    )  # fmt: skip

    def clean_columns(self) -> list[tuple[str, str]]:
        lines = [line.replace(",", " ").split() for line in self.cleaned_data["columns"].splitlines() if line.strip()]
        for line in lines:
            if len(line) != 2:
                raise forms.ValidationError(f"“{' '.join(line)[:60]}” is no name and type, like revenue decimal.")
        try:
            datasets.declared([(name, kind) for name, kind in lines])
        except Invalid as wrong:
            raise forms.ValidationError(wrong.sentence) from None
        return [(name, kind) for name, kind in lines]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.change_sources)
def new(request: HttpRequest) -> HttpResponse:
    form = DatasetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.declare(by=request.user, **form.cleaned_data)
        return redirect("source", request.organization.slug, made.pk)
    context = {"form": form, "offer": OFFERS[datasets.KIND]}
    return render(request, "stage/dataset_new.html", context, status=422 if form.errors else 200)


def lines(source: Source) -> dict[str, str]:
    """Return what to type to push a row into a dataset, by where it is typed."""
    address = f"{settings.PUBLIC_URL}/api/v1/datasets/{source.public_id}/rows"
    rows = json.dumps({"rows": [datasets.example(source.columns)]})
    return {"curl": _CURL.format(address=address, rows=rows), "Python": _PYTHON.format(address=address, rows=_literal(source))}


def _literal(source: Source) -> str:
    return repr([datasets.example(source.columns)])


_CURL = """curl -X POST {address} \\
  -H "Authorization: Bearer $OPERANT_TOKEN" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d '{rows}'"""
_PYTHON = """import json, os, urllib.request, uuid

rows = {rows}
request = urllib.request.Request(
    "{address}",
    data=json.dumps({{"rows": rows}}).encode(),
    method="POST",  # PUT puts them in place of all that are there
    headers={{
        "Authorization": "Bearer " + os.environ["OPERANT_TOKEN"],
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }},
)
print(urllib.request.urlopen(request).read().decode())"""
