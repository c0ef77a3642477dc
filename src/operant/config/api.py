"""The API: every room's endpoints behind one way in. Where they stand, and what they answer when something fails."""

from collections.abc import Iterator

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import PathView
from ninja.utils import replace_path_param_notation

from operant.panel.organizations import rest as organizations
from operant.panel.tokens import actions as tokens
from operant.panel.tokens import rest as own
from operant.panel.webhooks import rest as webhooks
from operant.platform.api import contract, problems
from operant.platform.api.entrance import Bearer, StrictParser
from operant.platform.refusals import Refusal
from operant.relay import rest as relay
from operant.stage import rest as stage

ROUTES = (own.routes, organizations.routes, webhooks.routes, *stage.ROUTES, *relay.ROUTES)

api = NinjaAPI(
    title="Operant", version=contract.VERSION, auth=Bearer(tokens.recognize), parser=StrictParser(),
    openapi_url=None, docs_url=None, urls_namespace="api",
    description="Everything that people do on the pages of an organization, for programs.",
)  # fmt: skip
for routes in ROUTES:
    api.add_router("", routes.router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.of_refusal(refusal)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.of_validation(error.errors)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(error.status_code)


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problems.problem(413)


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    # Django logs it, and answers what the outermost middleware then writes as a problem.
    raise error


def patterns() -> list[URLPattern]:
    """Return the addresses of every endpoint, each telling the inventory of routes what it is."""
    return [
        path(route.lstrip("/"), view, name=f"api_{view.named}")
        for route, view in ((replace_path_param_notation(place), _view(found)) for place, found in _places())
    ]


def _places() -> Iterator[tuple[str, PathView]]:
    # ninja's own list has one pattern an operation, and says of none what it is.
    for router in api._get_bound_routers():
        yield from router.path_operations.items()


def _view(found: PathView):
    view, first = found.get_view(), found.operations[0]
    view.auth, view.methods = "token", tuple(sorted(method for each in found.operations for method in each.methods))
    view.named, view.__module__ = first.operation_id, first.view_func.__module__
    taking = [each.view_func for each in found.operations if getattr(each.view_func, "takes_files", False)]
    view.takes_files, view.files_need = bool(taking), taking[0].needs if taking else ""
    return view
