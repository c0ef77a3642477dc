from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import may, requires
from operant.platform.refusals import NotAllowed
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table
from operant.stage import actions as stage_actions
from operant.stage import planning
from operant.stage import queries as stage
from operant.stage.models import Dashboard

from .. import phrasing, rules
from ..actions import deploying, returning
from ..models import Deployment
from ..queries import deploying as queries
from ..queries import fleet, proving
from . import cells, deployed
from .deploy_forms import DRAFT, DeployForm

State = Deployment.State


@require_safe
@requires(rules.see_screens)
def deployments(request: HttpRequest) -> HttpResponse:
    return _list(request, queries.deployments(), "relay/deployments.html", {"tabs": cells.tabs(_slug(request), "deployments")})


@require_safe
@requires(rules.see_screens)
def history(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = stage.dashboard(dashboard_id)
    context = {"dashboard": found, "may_deploy": may(request.membership, rules.deploy, about=found.pk)}
    rows = queries.deployments().filter(dashboard=found)
    return _list(request, rows, "relay/dashboard_deployments.html", context, about=found)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.deploy)
def new(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = stage.dashboard(dashboard_id)
    initial = {"revision": found.revision, "version": _asked(request, found), "first": request.GET.get("first", "")}
    form = DeployForm(request.POST or None, initial=initial, dashboard=found, zone=request.organization.time_zone)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, found, form)
    if (version_id := form.version_id()) is None:
        revision = form.cleaned_data["revision"]
        version = stage_actions.prepare(dashboard=found, revision=revision, by=request.user, note=form.cleaned_data["note"])
    else:
        version = stage.version(version_id)
    made = deploying.deploy(version=version, by=request.user, **form.plan())
    when = f"begins on {planning.written(made.scheduled_at, request.organization.time_zone)}" if made.scheduled_at else "has begun"
    toasts.done(request, f"The deployment of version {version.number} {when}.")
    return redirect("deployment", _slug(request), made.pk)


@require_safe
@requires(rules.see_screens)
def deployment(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    found = queries.deployment(deployment_id)
    may_deploy = may(request.membership, rules.deploy, about=found.dashboard_id)
    standing, zone = queries.standing(found), request.organization.time_zone
    proof = proving.proof(standing) if deployed.is_proven(found) else None
    context = {
        "deployment": found, "look": deployed.LOOKS[found.state], "stages": deployed.stages(found, standing, zone),
        "proof": proof, "last_return": deployed.last_return(proof, zone) if proof else "", "may_deploy": may_deploy,
        "planned_for": planning.written(found.scheduled_at, zone) if found.scheduled_at else "",
        "may_roll_back": may_deploy and found.state in (State.RUNNING, State.DONE) and not proving.why_not(found),
        "by": found.created_by.name if found.created_by else phrasing.NOBODY, "zone": zone,
        "topics": [f"deployment:{found.public_id}", "screens"],
    }  # fmt: skip
    return render(request, "relay/deployment.html", context)


@require_POST
@requires(rules.deploy)
def rollback(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    found = _guarded(request, deployment_id)
    returning.roll_back(deployment=found, by=request.user)
    toasts.done(request, "Its screens are told. Below it is said which of them show the version before again.")
    return redirect("deployment", _slug(request), deployment_id)


@require_POST
@requires(rules.deploy)
def cancellation(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deploying.cancel(deployment=_guarded(request, deployment_id))
    toasts.done(request, "It will not begin. Screens keep what they show.")
    return redirect("deployment", _slug(request), deployment_id)


def _guarded(request: HttpRequest, deployment_id: UUID) -> Deployment:
    found = queries.deployment(deployment_id)
    if not may(request.membership, rules.deploy, about=found.dashboard_id):
        raise NotAllowed(f"You may not deploy {found.dashboard.name}.")
    return found


def _form_page(request: HttpRequest, found: Dashboard, form: DeployForm) -> HttpResponse:
    context = {"dashboard": found, "form": form, "screens": fleet.set_to_show(found.pk).count()}
    return render(request, "relay/deploy.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, found: Dashboard) -> str:
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    version = stage.versions(found).filter(number=number).first()
    return str(version.pk) if version else DRAFT


def _list(
    request: HttpRequest, rows: Any, template: str, context: dict[str, Any], *, about: Dashboard | None = None
) -> HttpResponse:
    slug = _slug(request)
    table = Table(
        rows, request, name="deployments", label="All deployments" if about is None else f"Deployments of {about.name}",
        search=["dashboard__name", "note"], search_label="Search by dashboard or note", default_sort="-created_at", live=True,
        filters=[Filter("state", "State", list(State.choices), any_label="Any state")],
        columns=[
            Column("version.number", "Deployment", sort="version__number", value=deployed.named, cell=partial(_name, slug)),
            Column("state", "State", sort=True, value=lambda each: each.get_state_display(), cell=deployed.state),
            Column("stages", "Goes to", value=phrasing.stages, cell=lambda each: looks.quiet(phrasing.stages(each))),
            Column("painted", "Painted", align="end", value=lambda each: f"{each.painted} of {each.told}", cell=deployed.painted),
            Column("by", "By", value=lambda each: each.created_by.name if each.created_by else phrasing.NOBODY, phone=False),
            Column("created_at", "Made", sort=True, align="end"),
        ],
        empty=Empty("Nothing was deployed in stages yet. Begin on a dashboard's page, with Deploy in stages.", "lucide--rocket"),
    )  # fmt: skip
    return table.respond(template, context)


def _name(slug: str, each: Deployment) -> Any:
    return looks.link(reverse("deployment", args=[slug, each.pk]), deployed.named(each), under=each.note)


def _slug(request: HttpRequest) -> str:
    return request.organization.slug
