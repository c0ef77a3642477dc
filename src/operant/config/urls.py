"""Every address of the house. Pages of an organization stand under /o/<slug>/ and run inside its scope."""

from django.urls import include, path

from operant.panel.accounts.web import urls as accounts
from operant.panel.audit.web import urls as audit
from operant.panel.notifications.web import urls as notifications
from operant.panel.operating.web import urls as operating
from operant.panel.organizations.web import urls as organizations
from operant.panel.organizations.web.scoped import beside, inside
from operant.panel.tokens.web import reference
from operant.panel.tokens.web import urls as tokens
from operant.panel.webhooks.web import urls as webhooks
from operant.platform.files.web import urls as files
from operant.platform.observing import usage
from operant.platform.ui import errors
from operant.platform.ui import urls as ui
from operant.relay.web import urls as relay
from operant.stage.web import urls as stage

from . import api

INSIDE = inside([
    *organizations.inside, *tokens.inside, *audit.inside, *notifications.inside, *webhooks.inside, *stage.inside,
    *relay.inside,
])
API = api.patterns()
usage.declare(each.name for each in (*INSIDE, *API))

urlpatterns = [
    path("accounts/", include(beside(accounts.allauth))),
    path("", include(beside([*accounts.urlpatterns, *notifications.personal, *organizations.personal]))),
    path("operator/", include(operating.urlpatterns)),
    path("operator/", include(ui.urlpatterns)),
    path("files/", include(files.urlpatterns)),
    path("", include(organizations.urlpatterns)),
    path("", include(notifications.urlpatterns)),
    path("", include(stage.urlpatterns)),
    path("", include(relay.urlpatterns)),
    path("api/v1/", include(API)),
    path("api/v1/openapi.json", reference.contract_of(api.api), name="api_contract"),
    path("docs/api", reference.page_of(api.api), name="api_reference"),
    path("o/<slug:organization>/", include(INSIDE)),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many  # not a name of Django: allauth asks for it
handler500 = errors.server_error
