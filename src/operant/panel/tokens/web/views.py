from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.accounts.reauthentication import recently_to_post
from operant.panel.organizations import queries as organizations
from operant.panel.organizations.rules import requires
from operant.platform.api.contract import ROOT
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, queries, rules, writing
from ..models import Token
from .forms import TokenForm

STATES = {"active": ("success", "Active"), "expired": ("muted", "Expired"), "left": ("warning", "Its maker left"),
          "ended": ("warning", "Its account ended")}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.manage_tokens)
@recently_to_post
def tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, services=organizations.service_accounts())
    if request.method != "POST" or not form.is_valid():
        return _tokens(request, form)
    given = form.cleaned_data
    token, text = actions.make(
        by=request.membership, name=given["name"], scopes=given["scopes"], expires_at=form.expires_at, service=given["service"]
    )
    context = {"token": token, "text": text, "address": settings.PUBLIC_URL + ROOT}
    return render(request, "tokens/made.html", context, status=201)


@require_POST
@requires(rules.manage_tokens)
def revocation(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = queries.of(token_id)
    actions.revoke(token=token, by=request.membership)
    toasts.done(request, f"{token.name} is revoked. Whatever still uses it is refused.")
    return redirect("tokens", request.organization.slug)


def _tokens(request: HttpRequest, form: TokenForm) -> HttpResponse:
    found = list(queries.tokens())
    response = _table(request, found).respond("tokens/tokens.html", {"form": form, "tokens": found})
    response.status_code = 422 if form.errors else response.status_code
    return response


def _table(request: HttpRequest, found: list[Token]) -> Table:
    return Table(
        found, request, name="tokens", label="All API tokens", search=["name"], search_label="Search by name", live=True,
        columns=[
            Column("name", "Token", sort=True, cell=_name),
            Column("state", "State", sort=True, cell=lambda each: cells.status(*STATES[each.state])),
            Column("scopes", "Scopes", value=_scopes, cell=lambda each: cells.quiet(_scopes(each))),
            Column("acts_for", "Acts for", value=_holder, phone=False),
            Column("made_by", "Made by", value=_maker, phone=False),
            Column("used_at", "Last used", sort=True, align="end"),
            Column("expires_at", "Ends", sort=True, align="end"),
            Column("revoke", "", align="end", value=lambda each: "", cell=_revoke, csv=False),
        ],
        empty=Empty("No program has a token yet. A token lets one read or change what you choose.", "lucide--key-round"),
    )  # fmt: skip


def _name(token: Token) -> str:
    return cells.two_lines(token.name, f"{writing.PREFIX}_…_{token.handle}_…")


def _scopes(token: Token) -> str:
    return ", ".join(token.scopes)


def _holder(token: Token) -> str:
    return token.holder.name if token.holder else ""


def _maker(token: Token) -> str:
    return token.made_by.name if token.made_by else ""


def _revoke(token: Token) -> str:
    return render_to_string("tokens/_revoke.html", {"token": token})
