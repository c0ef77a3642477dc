from django.http import HttpRequest

from operant.platform import api
from operant.platform.refusals import NotFound

from .. import actions, queries, rules
from .dashboards import ONE
from .scopes import READ, WRITE
from .shapes import DashboardId, Plan, PlanBody

routes = api.Routes("Planned publications")


@routes.get(ONE + "/plan", needs=READ, rule=rules.see, gives=Plan)
def get_plan(request: HttpRequest, dashboard_id: DashboardId):
    """Look at what is to be published later; 404 when nothing is."""
    found = queries.planned(queries.dashboard(dashboard_id))
    if found is None:
        raise NotFound("Nothing is planned for this dashboard.")
    return Plan.of(found)


@routes.put(ONE + "/plan", needs=WRITE, rule=rules.publish, gives=Plan)
def plan_publication(request: HttpRequest, dashboard_id: DashboardId, body: PlanBody):
    """
    Have the draft, as it is now, published at a time. It takes the place of a plan before.

    What is edited or published in the meantime changes nothing about it.
    """
    made = actions.plan_publication(
        dashboard=queries.dashboard(dashboard_id), revision=body.revision, at=body.at, by=request.auth.actor, note=body.note
    )
    return Plan.of(made)


@routes.delete(ONE + "/plan", needs=WRITE, rule=rules.publish, refuses=(410,))
def cancel_plan(request: HttpRequest, dashboard_id: DashboardId):
    """Leave a planned publication undone; 410 when nothing is planned any more."""
    actions.cancel_publication(dashboard=queries.dashboard(dashboard_id))
