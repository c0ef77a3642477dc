from django.urls import path

from operant.platform.tenancy import ids

from . import views

ids.register("webhook", "whe")
ids.register("webhook_delivery", "whd")

ONE = "settings/webhooks/<webhook:endpoint_id>/"
SENT = ONE + "deliveries/<webhook_delivery:delivery_id>/"

inside = [
    path("settings/webhooks/", views.endpoints, name="webhooks"),
    path("settings/webhooks/events", views.catalogue, name="webhook_events"),
    path(ONE, views.endpoint, name="webhook"),
    path(ONE + "secrets", views.secrets, name="webhook_secrets"),
    path(ONE + "tests", views.tests, name="webhook_tests"),
    path(ONE + "pause", views.pause, name="webhook_pause"),
    path(ONE + "resumption", views.resumption, name="webhook_resumption"),
    path(ONE + "removal", views.removal, name="webhook_removal"),
    path(ONE + "replays", views.replays, name="webhook_replays"),
    path(SENT, views.delivery, name="webhook_delivery"),
    path(SENT + "replays", views.delivery_replays, name="webhook_delivery_replays"),
]
