from django.http import HttpRequest

from operant.platform import api

from .. import actions, queries, rules
from .alert_shapes import Alert, AlertBody, AlertId, MuteBody
from .dashboards import ONE
from .scopes import READ, WRITE
from .shapes import DashboardId

routes = api.Routes("Alerts")
MINE = ONE + "/alerts/{alert:alert_id}"


@routes.get("/alerts", needs=READ, rule=rules.see, gives=api.Page[Alert])
def list_alerts(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the alerts of all dashboards, oldest first."""
    return paging.of(queries.alerts(), Alert.of, by="created_at")


@routes.get("/alerts/{alert:alert_id}", needs=READ, rule=rules.see, gives=Alert)
def get_alert(request: HttpRequest, alert_id: AlertId):
    """Look at one alert."""
    return Alert.of(queries.alert(alert_id))


@routes.post(ONE + "/alerts", needs=WRITE, rule=rules.alert, gives=Alert, refuses=(409,))
def create_alert(request: HttpRequest, dashboard_id: DashboardId, body: AlertBody):
    """
    Have a figure of a published dashboard judged with each refresh, whoever watches.

    Its query is asked as often as the dashboard says from then on, day and night.
    """
    found = queries.dashboard(dashboard_id)
    return Alert.of(actions.create_alert(dashboard=found, terms=body.terms(), by=request.auth.actor))


@routes.put(MINE, needs=WRITE, rule=rules.alert, gives=Alert)
def change_alert(request: HttpRequest, dashboard_id: DashboardId, alert_id: AlertId, body: AlertBody):
    """Give an alert other terms. What it says stays until it judges again."""
    found = queries.alert(alert_id, dashboard_id=dashboard_id)
    return Alert.of(actions.change_alert(alert=found, terms=body.terms(), by=request.auth.actor))


@routes.put(MINE + "/mute", needs=WRITE, rule=rules.alert, gives=Alert)
def mute_alert(request: HttpRequest, dashboard_id: DashboardId, alert_id: AlertId, body: MuteBody):
    """Notify nobody of an alert for a while, or again. It goes on judging."""
    found = queries.alert(alert_id, dashboard_id=dashboard_id)
    return Alert.of(actions.mute_alert(alert=found, until=body.until, by=request.auth.actor))


@routes.delete(MINE, needs=WRITE, rule=rules.alert)
def delete_alert(request: HttpRequest, dashboard_id: DashboardId, alert_id: AlertId):
    """Delete an alert with the values that it saw."""
    actions.delete_alert(alert=queries.alert(alert_id, dashboard_id=dashboard_id))
