"""What members see on every page until they have the second factor that will be required of them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format

from operant.panel.accounts import queries as accounts
from operant.platform.ui.notices import Notice


def warning(request: HttpRequest) -> Notice | None:
    """Return the notice for a member without a second factor, from when a day is set; on their organization's pages."""
    organization = getattr(request, "organization", None)
    if organization is None or getattr(request, "shell_is_quiet", False):
        return None
    if organization.second_factor_from is None or accounts.has_factor(request.user.pk):
        return None
    day = date_format(organization.second_factor_on, "j F Y")
    return Notice(f"{organization.name} requires a second factor from {day} on.", reverse("security"), "Set one up")
