"""What breaks isolation fails the build. Each broken thing is built here, and gone afterwards."""

from types import ModuleType

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.http import require_safe

from operant.config import asgi, hot, routes, urls
from operant.panel.organizations.web.scoped import inside
from operant.platform.tenancy import audit
from operant.stage.models import Dashboard

from . import test_routes


@pytest.fixture
def harbour_for_everybody(world):
    """A view that shows Harbour's dashboards to whoever asks: no sign-in, no membership, no role."""

    def view(request, **parts):
        with world.cast.at_harbour():
            return HttpResponse(", ".join(Dashboard.objects.values_list("name", flat=True)))

    return view


def mounted(*patterns):
    module = ModuleType("planted_urls")
    module.urlpatterns = [*patterns, *urls.urlpatterns]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        if hasattr(urls, name):
            setattr(module, name, getattr(urls, name))
    return override_settings(ROOT_URLCONF=module)


def named(path):
    return next(route for route in routes.inventory() if route["path"] == path)


@pytest.mark.parametrize(
    "check",
    [test_routes.test_a_member_of_another_organization_finds_nothing, test_routes.test_nobody_is_asked_to_sign_in],
)
def test_a_route_without_an_organization_check(world, harbour_for_everybody, check):
    with mounted(path("o/<slug:organization>/unguarded/", harbour_for_everybody)):
        route = named("/o/<slug:organization>/unguarded/")
        assert route in [each for each in routes.inventory() if each["organization"]]
        with pytest.raises(AssertionError):
            check(world, route)


def test_a_route_with_its_check_passes(world):
    @require_safe
    def view(request):
        return HttpResponse(", ".join(Dashboard.objects.values_list("name", flat=True)))

    with mounted(*inside([path("o/<slug:organization>/guarded/", view)])):
        route = named("/o/<slug:organization>/guarded/")
        test_routes.test_whoever_belongs_here_gets_an_answer(world, route)
        test_routes.test_nobody_is_asked_to_sign_in(world, route)
        test_routes.test_a_member_of_another_organization_finds_nothing(world, route)


def test_an_open_route_that_gives_no_reason(world, harbour_for_everybody):
    with mounted(path("everything/", harbour_for_everybody)), pytest.raises(AssertionError, match="is open to everybody"):
        test_routes.test_every_other_address_is_guarded_or_says_why_not(world, named("/everything/"))


def test_an_open_raw_route_that_gives_no_reason(world, monkeypatch):
    async def raw(scope, receive, send):
        raise RuntimeError("nobody asks it here")

    monkeypatch.setattr(asgi, "RAW", hot.Routes({**asgi.RAW.by_key, ("POST", "/raw"): raw}, asgi.RAW.headers))
    with pytest.raises(AssertionError, match="is open to everybody"):
        test_routes.test_every_other_address_is_guarded_or_says_why_not(world, named("/raw"))


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_broken_policy():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER POLICY tenant ON stage_dashboard USING (organization_id = (SELECT app.org()) OR true)")
        assert [(each.id, each.what) for each in audit.findings(cursor)] == [("policies", "stage_dashboard.tenant")]
