from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, queries, rules
from ..models import Role, ServiceAccount
from .forms import RoleForm, ServiceForm
from .people import said_of_role

EMPTY = Empty("No program has an account of its own yet.", "lucide--bot")


@require_http_methods(["GET", "HEAD", "POST"])
@rules.requires(rules.manage_services)
def services(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.make_service_account(by=request.membership, **form.cleaned_data)
        toasts.done(request, f"{made.name} is there. Make it a token under API tokens.")
        return redirect("services", request.organization.slug)
    found = list(queries.service_accounts())
    response = _table(request, found).respond("organizations/services.html", {"form": form, "accounts": found})
    response.status_code = 422 if form.errors else response.status_code
    return response


@require_POST
@rules.requires(rules.manage_services)
def service_role(request: HttpRequest, service_id: UUID) -> HttpResponse:
    account, form = _account(service_id), RoleForm(request.POST)
    if form.is_valid():
        changed = actions.change_service_role(by=request.membership, account=account, role=form.cleaned_data["role"])
        toasts.done(request, said_of_role(changed.name, account.role, changed.role))
    return redirect("services", request.organization.slug)


@require_POST
@rules.requires(rules.manage_services)
def service_end(request: HttpRequest, service_id: UUID) -> HttpResponse:
    account = _account(service_id)
    actions.end_service_account(by=request.membership, account=account)
    toasts.done(request, f"{account.name} has ended. Whatever uses its tokens is refused.")
    return redirect("services", request.organization.slug)


def _table(request: HttpRequest, found: list[ServiceAccount]) -> Table:
    def role(account: ServiceAccount) -> str:
        context = {"account": account, "roles": ServiceForm.base_fields["role"].choices}
        return render_to_string("organizations/_service_role.html", context, request)

    return Table(
        found, request, name="services", label="Service accounts", search=["name"], search_label="Search by name",
        columns=[
            Column("name", "Name", sort=True, cell=lambda each: cells.plain(each.name)),
            Column("role", "Role", sort=True, value=lambda each: Role(each.role).label, cell=role),
            Column("made_by", "Made by", value=lambda each: each.made_by.name if each.made_by else "", phone=False),
            Column("made_at", "Made", sort=True, align="end", phone=False),
            Column("end", "", align="end", value=lambda each: "", cell=_end, csv=False),
        ],
        empty=EMPTY,
    )  # fmt: skip


def _end(account: ServiceAccount) -> str:
    return render_to_string("organizations/_service_end.html", {"account": account})


def _account(service_id: UUID) -> ServiceAccount:
    return get_object_or_404(ServiceAccount, pk=service_id)
