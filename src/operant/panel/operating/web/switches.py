from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Table

from .. import actions
from ..queries import notices
from .forms import NoticeForm
from .guarding import for_operators

SIGN_UP = {
    "open": "Everybody may sign up and found an organization.",
    "invited": "Only who was invited may sign up; the operator founds organizations.",
    "nobody": "Nobody may sign up.",
}


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def switches(request: HttpRequest) -> HttpResponse:
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.publish(words=form.cleaned_data["words"], by=request.user)
        toasts.done(request, "Everybody who is signed in sees the notice with their next page.")
        return redirect("operating_switches")
    rows = [{"name": name, "value": value, "meaning": meaning.replace("`", "")} for name, value, meaning in settings.SHOWN]
    table = Table(
        rows, request, name="settings", label="Settings of the environment", search=["name", "meaning"],
        search_label="Search settings",
        columns=[
            Column("name", "Setting", cell=lambda row: cells.two_lines(row["name"], row["meaning"])),
            Column("value", "Value", phone=True),
        ],
    )  # fmt: skip
    context = {"form": form, "notice": notices.standing().first(), "sign_up": SIGN_UP[settings.SIGN_UP]}
    response = table.respond("operating/switches.html", context)
    response.status_code = 422 if form.errors else response.status_code
    return response


@for_operators
@require_POST
def withdrawal(request: HttpRequest) -> HttpResponse:
    actions.withdraw(by=request.user)
    toasts.done(request, "The notice is gone.")
    return redirect("operating_switches")
